// SPDX-License-Identifier: GPL-3.0-or-later
// Claude Code (the program itself) with a tool round trip, against a provider of every dialect. It is large and not
// free software, so it is not among the packages: CLAUDE_CODE names the program, seen with 2.1.330
// (npm i @anthropic-ai/claude-code-linux-x64@2.1.330).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { newKeys, sha256, skip, startGateway, startScripted, tempFolder } from '../support/harness.mjs';

const program = process.env.CLAUDE_CODE;
if (!program || !fs.existsSync(program)) skip('CLAUDE_CODE does not name the program');

const keys = newKeys();
const base = { 'openai-chat': '/v1', 'openai-responses': '/v1', anthropic: '/v1', gemini: '/v1beta', ollama: '' };
let upstream, gateway;

before(async () => {
  upstream = await startScripted();
  gateway = await startGateway({
    version: 1,
    listen: { address: '127.0.0.1', port: 0, auth: 'keys' },
    providers: Object.entries(base).map(([id, at]) => ({ id, dialect: id, baseUrl: upstream.url + at, credentials: [] })),
    projects: [{ id: 'default' }],
    clients: [{ id: 'laptop', project: 'default', keySha256: sha256(keys.client) }],
  }, { keys });
});
after(async () => { await gateway?.stop(); await upstream?.stop(); gateway?.remove(); });

function runClaude(model, prompt, home) {
  const env = {
    PATH: process.env.PATH, HOME: home, ANTHROPIC_BASE_URL: gateway.url, ANTHROPIC_API_KEY: keys.client,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1',
  };
  const args = ['-p', prompt, '--model', model, '--output-format', 'json', '--max-turns', '4', '--allowedTools', 'Bash'];
  const child = spawn(program, args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { out: '', err: '' };
  child.stdout.on('data', bytes => { run.out += bytes; });
  child.stderr.on('data', bytes => { run.err += bytes; });
  const late = setTimeout(() => child.kill('SIGKILL'), 40000);
  return new Promise(resolve => child.on('close', code => { clearTimeout(late); resolve({ ...run, code }); }));
}

for (const provider of Object.keys(base)) {
  test(`claude code → ${provider}: a shell command and its result`, { timeout: 60000 }, async () => {
    const home = tempFolder();
    const mark = `mark-${provider}`;
    fs.writeFileSync(path.join(home, 'note.txt'), `${mark}\n`);
    upstream.clear();
    const run = await runClaude(`${provider}/claude-sonnet-4-5`, 'What is in note.txt? Read it with your shell tool.', home);
    assert.equal(run.code, 0, run.err + run.out);
    assert.match(JSON.parse(run.out).result, new RegExp(`the note says ${mark}`), run.out);
    fs.rmSync(home, { recursive: true, force: true });
  });
}
