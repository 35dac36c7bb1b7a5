// SPDX-License-Identifier: GPL-3.0-or-later
// Codex CLI (the program itself, pinned) with a tool round trip, against a provider of every dialect.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { here, newKeys, sha256, skip, startGateway, startScripted, tempFolder } from '../support/harness.mjs';

const codex = path.join(here, '../interop/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex');
if (!fs.existsSync(codex)) skip('codex is missing: run npm ci --ignore-scripts in tests/interop');

const keys = newKeys();
const providers = ['openai-chat', 'openai-responses', 'anthropic', 'gemini', 'ollama'];
const base = { 'openai-chat': '/v1', 'openai-responses': '/v1', anthropic: '/v1', gemini: '/v1beta', ollama: '' };
let upstream, gateway;

before(async () => {
  upstream = await startScripted();
  gateway = await startGateway({
    version: 1,
    listen: { address: '127.0.0.1', port: 0, auth: 'keys' },
    providers: providers.map(id => ({ id, dialect: id, baseUrl: upstream.url + base[id], credentials: [] })),
    projects: [{ id: 'default' }],
    clients: [{ id: 'laptop', project: 'default', keySha256: sha256(keys.client) }],
  }, { keys });
});
after(async () => { await gateway?.stop(); await upstream?.stop(); gateway?.remove(); });

function runCodex(model, prompt, home) {
  const provider = `model_providers.gw={name="gw",base_url="${gateway.url}/v1",env_key="GW_KEY",wire_api="responses"}`;
  const args = ['exec', '--json', '--skip-git-repo-check', '--ephemeral', '--dangerously-bypass-approvals-and-sandbox', '-c', 'model_provider=gw', '-c', provider, '-m', model, prompt];
  const child = spawn(codex, args, { cwd: home, env: { PATH: process.env.PATH, HOME: home, GW_KEY: keys.client }, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { out: '', err: '' };
  child.stdout.on('data', bytes => { run.out += bytes; });
  child.stderr.on('data', bytes => { run.err += bytes; });
  const late = setTimeout(() => child.kill('SIGKILL'), 40000);
  return new Promise(resolve => child.on('close', code => { clearTimeout(late); resolve({ ...run, code }); }));
}

for (const provider of providers) {
  test(`codex → ${provider}: a shell command and its result`, { timeout: 60000 }, async () => {
    const home = tempFolder();
    const mark = `mark-${provider}`;
    fs.writeFileSync(path.join(home, 'note.txt'), `${mark}\n`);
    upstream.clear();
    const run = await runCodex(`${provider}/gpt-5.4`, 'What is in note.txt? Read it with your shell tool.', home);
    assert.equal(run.code, 0, run.err + run.out);
    const events = run.out.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line));
    const said = events.filter(event => event.item?.type === 'agent_message').map(event => event.item.text).join('\n');
    assert.match(said, new RegExp(`the note says ${mark}`), run.out);
    fs.rmSync(home, { recursive: true, force: true });
  });
}
