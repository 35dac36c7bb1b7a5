// SPDX-License-Identifier: GPL-3.0-or-later
// Who may come in, and what is turned away before any work is done.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { basicConfig, newKeys, startGateway, startMock } from '../support/harness.mjs';
import { chat, chatBody, raw, request } from '../support/http.mjs';

const keys = newKeys();
let mock, gateway;

before(async () => {
  mock = await startMock();
  gateway = await startGateway(basicConfig(mock.url, keys, { limits: { bodyMiB: 1, headerKiB: 8, headSeconds: 1 } }), { keys });
});
after(async () => { await gateway?.stop(); await mock?.stop(); gateway?.remove(); });

const get = (path, options = {}) => request(gateway.url + path, options);
const isRefused = reply => assert.ok(reply.status >= 400 && reply.status < 500, `${reply.status} ${reply.text}`);
const isOpenAiError = reply => {
  const { error } = JSON.parse(reply.text);
  assert.equal(typeof error.message, 'string');
  assert.equal(typeof error.type, 'string');
  assert.ok('code' in error && 'param' in error, reply.text);
};
const hasNoCors = reply => assert.deepEqual(Object.keys(reply.headers).filter(name => name.startsWith('access-control-')), []);

test('health and readiness need no key', async () => {
  assert.equal((await get('/healthz')).status, 200);
  assert.equal((await get('/readyz')).status, 200);
  assert.equal((await request(`${gateway.url}/`, { method: 'HEAD' })).status, 200);
  assert.equal((await request(`${gateway.url}/api/hello`, { method: 'HEAD' })).status, 200);
});

test('everything else needs one', async () => {
  await mock.clear();
  for (const [method, path] of [['POST', '/v1/chat/completions'], ['POST', '/v1/embeddings'], ['GET', '/v1/models'], ['GET', '/metrics'], ['GET', '/signalbox/v1/status']]) {
    for (const headers of [{}, { authorization: 'Bearer wrong-key' }, { authorization: 'Basic bGFwdG9wOng=' }, { 'x-api-key': keys.client.slice(0, -1) }]) {
      const reply = await request(gateway.url + path, { method, headers, body: method === 'POST' ? chatBody('gpt-4o-mini') : undefined });
      assert.equal(reply.status, 401, `${method} ${path}`);
      isOpenAiError(reply);
      hasNoCors(reply);
    }
  }
  assert.deepEqual(await mock.requests(), []);
});

test('a key is taken from each of the known places', async () => {
  for (const headers of [{ authorization: `Bearer ${keys.client}` }, { 'x-api-key': keys.client }, { 'x-goog-api-key': keys.client }])
    assert.equal((await get('/v1/models', { headers })).status, 200, JSON.stringify(Object.keys(headers)));
  assert.equal((await get(`/v1/models?key=${keys.client}`)).status, 200);
});

test('operations need an admin', async () => {
  for (const path of ['/metrics', '/signalbox/v1/status']) {
    isRefused(await get(path, { key: keys.client }));
    const reply = await get(path, { key: keys.admin });
    assert.equal(reply.status, 200, path);
    assert.ok(!reply.text.includes(keys.client) && !reply.text.includes(keys.provider));
  }
});

test('metrics are in the Prometheus text format', async () => {
  await chat(gateway, 'gpt-4o-mini');
  const { text, headers } = await get('/metrics', { key: keys.admin });
  assert.match(headers['content-type'], /^text\/plain/);
  for (const line of text.split('\n').filter(Boolean))
    assert.match(line, /^(# (HELP|TYPE) [a-zA-Z_:][\w:]* .+|[a-zA-Z_:][\w:]*(\{[^}]*\})? (NaN|[-+]?(Inf|[\d.e+-]+)))$/);
});

test('a foreign Host is refused, even with a key', async () => {
  for (const host of ['evil.example', 'evil.example:8484', '127.0.0.1.evil.example', '192.168.1.7', '[::2]', 'localhost.evil.example']) {
    const reply = await get('/v1/models', { key: keys.client, headers: { host } });
    isRefused(reply);
    hasNoCors(reply);
  }
  for (const host of [`127.0.0.1:${gateway.port}`, `localhost:${gateway.port}`, `LOCALHOST:${gateway.port}`])
    assert.equal((await get('/v1/models', { key: keys.client, headers: { host } })).status, 200, host);
});

test('a foreign Origin is refused, null too', async () => {
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example', 'file://', 'chrome-extension://abc']) {
    const reply = await get('/v1/models', { key: keys.client, headers: { origin } });
    isRefused(reply);
    hasNoCors(reply);
  }
  const reply = await get('/v1/models', { key: keys.client, headers: { origin: gateway.url } });
  assert.equal(reply.status, 200);
  hasNoCors(reply);
});

test('no pre-flight is ever granted', async () => {
  const reply = await request(`${gateway.url}/v1/chat/completions`, {
    method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  });
  isRefused(reply);
  hasNoCors(reply);
});

test('CORS headers of a provider do not pass either', async () => hasNoCors(await chat(gateway, 'gpt-4o-mini')));

test('unknown paths and methods', async () => {
  for (const [method, path, status] of [['GET', '/v1/nothing', 404], ['GET', '/../etc/passwd', 404], ['DELETE', '/v1/chat/completions', 405]]) {
    const reply = await request(gateway.url + path, { method, key: keys.client });
    assert.ok([status, 404].includes(reply.status), `${method} ${path}: ${reply.status}`);
    isOpenAiError(reply);
  }
});

test('broken bodies are told apart from the provider’s errors', async () => {
  await mock.clear();
  for (const body of ['', '{', '[]', '"text"', '{"messages":[]}', '{"model":7}', '{"model":"a","model":"b","messages":[]}']) {
    const reply = await request(`${gateway.url}/v1/chat/completions`, { method: 'POST', key: keys.client, body });
    assert.equal(reply.status, 400, `${body} → ${reply.status} ${reply.text}`);
    isOpenAiError(reply);
  }
  assert.deepEqual(await mock.requests(), []);
});

test('a declared body over the limit gets 413 before it is sent', async () => {
  const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nAuthorization: Bearer ${keys.client}\r\nContent-Type: application/json\r\n`;
  const reply = await raw(gateway.port, `${head}Content-Length: 5000000\r\n\r\n`);
  assert.equal(reply.status, 413, reply.text);
  assert.ok(reply.ms < 2500, `${reply.ms} ms`);
  const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
  const chunked = await raw(gateway.port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}`);
  assert.equal(chunked.status, 413, chunked.text.slice(0, 200));
});

test('an oversized head gets 431', async () => {
  const reply = await raw(gateway.port, `GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nX-Long: ${'a'.repeat(20000)}\r\n\r\n`);
  assert.equal(reply.status, 431, reply.text.slice(0, 200));
});

test('a stalled head is closed after headSeconds', async () => {
  const reply = await raw(gateway.port, 'GET /v1/models HTTP/1.1\r\nHost: 127.0', { waitMs: 6000 });
  assert.ok(reply.closed, 'still open');
  assert.ok(reply.ms > 800 && reply.ms < 4000, `${reply.ms} ms`);
});

test('shapes of request smuggling get 400', async () => {
  const start = `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nAuthorization: Bearer ${keys.client}\r\n`;
  for (const rest of [
    'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
    'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    'Content-Length: +5\r\n\r\nhello',
    'Content-Length : 5\r\n\r\nhello',
    'X-A: b\r\n folded\r\nContent-Length: 0\r\n\r\n',
    'Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n',
  ]) {
    const reply = await raw(gateway.port, start + rest);
    assert.equal(reply.status, 400, JSON.stringify(rest));
    assert.ok(reply.closed, `left open: ${JSON.stringify(rest)}`);
  }
  for (const host of ['', `Host: 127.0.0.1:${gateway.port}\r\nHost: 127.0.0.1:${gateway.port}\r\n`]) {
    const reply = await raw(gateway.port, `GET /healthz HTTP/1.1\r\n${host}\r\n`, { until: text => text.includes('\r\n\r\n') });
    assert.equal(reply.status, 400, host);
  }
});

test('a WebSocket upgrade on /v1/responses is answered 426', async () => {
  const reply = await raw(gateway.port, `GET /v1/responses HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nAuthorization: Bearer ${keys.client}\r\n`
    + 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGVzdHRlc3R0ZXN0dGVzdA==\r\n\r\n', { until: text => text.includes('\r\n\r\n') });
  assert.equal(reply.status, 426, reply.text);
});

test('pipelined requests are answered in order', async () => {
  const one = path => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nAuthorization: Bearer ${keys.client}\r\n\r\n`;
  const reply = await raw(gateway.port, one('/healthz') + one('/v1/nothing') + one('/healthz'), { waitMs: 2000, until: text => (text.match(/HTTP\/1\.1 \d/g) ?? []).length === 3 });
  assert.deepEqual([...reply.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(match => match[1]), ['200', '404', '200']);
});
