// SPDX-License-Identifier: GPL-3.0-or-later
// Neither a provider's key nor a client's key turns up where it does not belong, even when the provider repeats it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { basicConfig, newKeys, program, sleep, startGateway } from '../support/harness.mjs';
import { chat, request } from '../support/http.mjs';

const keys = { ...newKeys(), provider: `vendor${randomBytes(20).toString('hex')}` }; // no well-known shape: known by value only
const seen = []; // every request that reached the upstream
let upstream, gateway;

// An upstream that repeats the key it was given in every place it can think of.
function echo(req, res, body) {
  const key = req.headers.authorization ?? '';
  const model = JSON.parse(body || '{}').model ?? '';
  const message = `Incorrect API key provided: ${key.replace('Bearer ', '')}. Header was ${key}.`;
  const error = JSON.stringify({ error: { message, type: 'invalid_request_error', param: key, code: 'invalid_api_key' } });
  if (model === 'as-json') return res.writeHead(401, { 'content-type': 'application/json', 'x-echo': key }).end(error);
  if (model === 'as-text') return res.writeHead(500, { 'content-type': 'text/plain' }).end(message);
  if (model === 'as-html') return res.writeHead(403, { 'content-type': 'text/html' }).end(`<html><body>${message}</body></html>`);
  if (model === 'as-429') return res.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1', 'www-authenticate': `Bearer realm="${key}"` }).end(error);
  if (model === 'in-stream') {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(`data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }] })}\n\n`);
    return res.end(`data: ${error}\n\n`);
  }
  res.writeHead(200, { 'content-type': 'application/json', 'set-cookie': `session=${key}` });
  res.end(JSON.stringify({ id: 'x', object: 'chat.completion', model, choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }));
}

before(async () => {
  upstream = http.createServer((req, res) => {
    let body = '';
    req.on('data', bytes => { body += bytes; });
    req.on('end', () => { seen.push({ url: req.url, headers: req.rawHeaders.join('\n'), body }); echo(req, res, body); });
  });
  await new Promise(resolve => upstream.listen(0, '127.0.0.1', resolve));
  const config = basicConfig(`http://127.0.0.1:${upstream.address().port}`, keys, { store: { bodies: 'all' } });
  // A provider whose key was refused is not asked again for a while, so each way of refusing it has one of its own.
  const [mock] = config.providers;
  config.providers = ['mock', 'refused-1', 'refused-2', 'refused-3', 'refused-4'].map(id => ({ ...mock, id }));
  config.routes = [
    ...[['as-json', 1], ['as-html', 3], ['as-429', 4]].map(([model, n]) => ({ id: model, match: { model }, to: { target: `refused-${n}/*` } })),
    { id: 'as-json-streamed', match: { model: 'as-json-streamed' }, to: { target: 'refused-2/as-json' } },
    ...config.routes,
  ];
  gateway = await startGateway(config, { keys });
});
after(async () => { await gateway?.stop(); upstream?.close(); upstream?.closeAllConnections?.(); gateway?.remove(); });

function isClean(what, text, ...secrets) {
  for (const secret of secrets) {
    for (const form of [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(4, -4), encodeURIComponent(secret)])
      assert.ok(!text.includes(form), `${what} holds a secret`);
  }
}

for (const [model, stream] of [['fine', false], ['as-json', false], ['as-json', true], ['as-text', false], ['as-html', false], ['as-429', false], ['in-stream', true]]) {
  test(`a reply never repeats the provider's key: ${model}${stream ? ', streamed' : ''}`, { timeout: 10000 }, async () => {
    const reply = await chat(gateway, model === 'as-json' && stream ? 'as-json-streamed' : model, { stream });
    isClean('the body', reply.text, keys.provider);
    isClean('a header', JSON.stringify(reply.headers), keys.provider);
    assert.equal(reply.headers['set-cookie'], undefined);
    if (model === 'as-json') assert.match(reply.text, /Incorrect API key provided: \[redacted\]/);
  });
}

test('the caller’s key, cookies and account headers do not reach the provider', { timeout: 10000 }, async () => {
  for (const headers of [{ authorization: `Bearer ${keys.client}` }, { 'x-api-key': keys.client }, { 'x-goog-api-key': keys.client }]) {
    const reply = await chat(gateway, 'fine', { key: undefined, headers: { ...headers, cookie: 'a=b', 'openai-organization': 'org-mine', 'x-signalbox-tag': 'mine', 'proxy-authorization': 'Basic eA==' } });
    assert.equal(reply.status, 200);
    const { headers: sent } = seen.at(-1);
    assert.match(sent, new RegExp(`authorization\nBearer ${keys.provider}`, 'i'));
    assert.doesNotMatch(sent, /^(cookie|openai-organization|x-signalbox-tag|proxy-authorization|x-api-key|x-goog-api-key)$/im);
  }
  const reply = await request(`${gateway.url}/v1/chat/completions?key=${keys.client}&alt=x`, { method: 'POST', body: '{"model":"fine","messages":[]}' });
  assert.equal(reply.status, 200, reply.text);
  for (const { url, headers, body } of seen) isClean('what went upstream', url + headers + body, keys.client, keys.admin);
});

test('a wrong key is not repeated either', { timeout: 10000 }, async () => {
  const wrong = 'sbx-wrong-0123456789abcdef';
  const reply = await request(`${gateway.url}/v1/models?key=${wrong}`);
  assert.equal(reply.status, 401);
  isClean('the error', reply.text + JSON.stringify(reply.headers), wrong);
  isClean('the log', gateway.stderr + gateway.stdout, wrong);
});

test('operations pages hold no key', { timeout: 10000 }, async () => {
  for (const page of ['/metrics', '/signalbox/v1/status']) isClean(page, (await request(gateway.url + page, { key: keys.admin })).text, keys.provider, keys.client, keys.admin);
});

test('neither log nor files hold a key', { timeout: 10000 }, async () => {
  await sleep(600); // a batch of the ledger is written within 250 ms
  assert.ok(gateway.logLines().length >= seen.length, 'one log line for each exchange');
  await gateway.stop();
  isClean('the log', gateway.stderr + gateway.stdout, keys.provider, keys.client, keys.admin);
  const files = fs.readdirSync(gateway.folder, { recursive: true }).map(name => path.join(gateway.folder, name)).filter(file => fs.statSync(file).isFile());
  assert.ok(files.some(file => file.endsWith('signalbox.db')), files.join(' '));
  for (const file of files) isClean(path.basename(file), fs.readFileSync(file, 'latin1'), keys.provider, keys.client, keys.admin);
});

test('files are for the user alone', { skip: process.platform === 'win32' }, () => {
  const { mode } = fs.statSync(gateway.database);
  assert.equal(mode & 0o077, 0, `signalbox.db has mode ${(mode & 0o777).toString(8)}`);
});

test('the daemon links no GUI library', t => {
  if (spawnSync('ldd', ['--version']).status !== 0) return t.skip('ldd is missing');
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' });
  assert.match(libraries, /libQt6Core/);
  assert.doesNotMatch(libraries, /libQt6(Gui|Widgets|Charts|Svg|OpenGL)|libX11|libGL\./);
});
