// SPDX-License-Identifier: GPL-3.0-or-later
// What the gateway does between dialects, seen from both ends of the real daemon: bytes, losses, thinking across turns,
// stored responses, large bodies.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { haveSqlite, newKeys, sha256, startGateway } from '../support/harness.mjs';

const keys = newKeys();
const limit = { timeout: 30000 };
const dialects = ['openai-chat', 'openai-responses', 'anthropic', 'gemini', 'ollama'];
const base = { 'openai-chat': '/v1', 'openai-responses': '/v1', anthropic: '/v1', gemini: '/v1beta', ollama: '' };
let upstream, gateway;

// Keeps the raw bytes of each request and answers with what `answers` holds next for that path.
async function startRecorder() {
  const seen = [];
  const answers = [];
  const server = http.createServer((req, res) => {
    const parts = [];
    req.on('data', bytes => parts.push(bytes));
    req.on('end', () => {
      seen.push({ url: req.url, headers: req.headers, body: Buffer.concat(parts) });
      const { status = 200, type = 'application/json', body } = answers.shift() ?? { status: 500, body: '{"error":{"message":"nothing prepared"}}' };
      res.writeHead(status, { 'content-type': type });
      res.end(body);
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`, seen, answers,
    answer: (value, more = {}) => answers.push({ body: typeof value === 'string' ? value : JSON.stringify(value), ...more }),
    last: () => seen.at(-1),
    stop: () => { server.closeAllConnections(); server.close(); },
  };
}

before(async () => {
  upstream = await startRecorder();
  gateway = await startGateway({
    version: 1,
    listen: { address: '127.0.0.1', port: 0, auth: 'keys' },
    providers: [
      ...dialects.map(id => ({ id, dialect: id, baseUrl: upstream.url + base[id], credentials: [{ id: 'main', secret: 'env:MOCK_PROVIDER_KEY' }] })),
      { id: 'claude2', dialect: 'anthropic', baseUrl: `${upstream.url}/v1`, credentials: [{ id: 'main', secret: 'env:MOCK_PROVIDER_KEY' }] },
      { id: 'deep', dialect: 'openai-chat', baseUrl: `${upstream.url}/v1`, quirks: { replayReasoning: true, thinking: 'deepseek' }, credentials: [] },
    ],
    projects: [{ id: 'default' }],
    clients: [{ id: 'laptop', project: 'default', keySha256: sha256(keys.client) }],
    routes: [
      { id: 'strict', match: { model: 'strict-*' }, onLoss: 'reject', to: { target: 'openai-responses/gpt-x' } },
      { id: 'strict-then-fit', match: { model: 'fit-*' }, onLoss: 'reject', to: { fallback: [{ target: 'openai-responses/gpt-x' }, { target: 'openai-chat/gpt-y' }] } },
      ...[...dialects, 'claude2', 'deep'].map(id => ({ id: `to-${id}`, match: { model: `${id}.*` }, to: { target: `${id}/some-model` } })),
    ],
  }, { keys });
});
after(async () => { await gateway?.stop(); upstream?.stop(); gateway?.remove(); });

async function post(path, body, headers = {}) {
  const reply = await fetch(gateway.url + path, {
    method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { authorization: `Bearer ${keys.client}`, 'content-type': 'application/json', ...headers },
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, json: () => JSON.parse(text) };
}

const chatReply = { id: 'c1', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 } };
const claudeReply = (content, stop = 'end_turn') => ({ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content, stop_reason: stop, stop_sequence: null, usage: { input_tokens: 3, output_tokens: 1 } });

// Odd spacing, number forms, key order and escapes: what a parser and writer would not give back.
const golden = {
  'openai-responses': { path: '/v1/responses', model: true, body: '{ "input" : "h\\u00e9" ,"model":"MODEL", "zzz":1.50,"temperature":1e0 , "store":false}', reply: { id: 'r', object: 'response', status: 'completed', output: [], usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 } } },
  anthropic: { path: '/v1/messages', model: true, body: '{"max_tokens" : 5, "model":"MODEL","messages":[ {"content":"\\u0041","role":"user"}],"x_new":[1.0,-0]}', reply: claudeReply([{ type: 'text', text: 'ok' }]) },
  ollama: { path: '/api/chat', model: true, body: '{"stream":false ,"messages":[{"role":"user","content":"a\\/b"}], "model":"MODEL", "options":{"num_ctx":1e4}}', reply: { model: 'm', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content: 'ok' }, done: true, done_reason: 'stop' } },
  gemini: { path: '/v1beta/models/MODEL:generateContent', model: false, body: '{ "contents":[{"parts":[{"text":"\\u00e9"}] , "role":"user"}],"x":0.10 }', reply: { candidates: [{ content: { role: 'model', parts: [{ text: 'ok' }] }, finishReason: 'STOP', index: 0 }], usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 } } },
};
for (const [dialect, { path, body, reply }] of Object.entries(golden)) {
  test(`${dialect} to ${dialect}: bytes pass both ways, but for the model's name`, limit, async () => {
    const bytes = JSON.stringify(reply, null, 1);
    upstream.answer(bytes);
    const got = await post(path.replace('MODEL', `${dialect}.x`), body.replace('MODEL', `${dialect}.x`));
    assert.equal(got.status, 200, got.text);
    assert.equal(got.text, bytes);
    assert.equal(upstream.last().body.toString(), body.replace('MODEL', 'some-model'));
    assert.equal(got.headers.get('x-signalbox-loss'), '0');
    if (dialect === 'gemini') assert.equal(upstream.last().url, '/v1beta/models/some-model:generateContent');
  });
}

test('losses are counted, named in the ledger, and nothing of the client\'s dialect leaks upstream', limit, async t => {
  upstream.answer(claudeReply([{ type: 'text', text: 'ok' }]));
  const got = await post('/v1/chat/completions', { model: 'anthropic.x', seed: 7, logit_bias: { 50256: -100 }, brand_new: { deep: true }, messages: [{ role: 'user', content: 'hi' }] }, { 'openai-beta': 'x', 'x-stainless-lang': 'js' });
  assert.equal(got.status, 200, got.text);
  assert.equal(got.json().choices[0].message.content, 'ok');
  assert.equal(got.headers.get('x-signalbox-loss'), '3');
  const { headers } = upstream.last();
  assert.equal(headers['x-api-key'], keys.provider);
  assert.equal(headers.authorization, undefined);
  assert.ok(headers['anthropic-version']);
  assert.ok(!headers['openai-beta'] && !headers['x-stainless-lang']);
  if (!haveSqlite) return t.diagnostic('sqlite3 is missing: ledger not looked at');
  const id = got.headers.get('x-signalbox-request-id');
  const row = await gateway.row(id);
  assert.equal(row.loss_count, 3);
  assert.equal(row.dialect, 'openai-chat');
  const losses = gateway.query(`SELECT pointer, kind FROM loss WHERE request_id = '${id}' ORDER BY pointer`);
  assert.deepEqual(losses, [{ pointer: '/brand_new', kind: 'dropped' }, { pointer: '/logit_bias', kind: 'dropped' }, { pointer: '/seed', kind: 'dropped' }]);
});

test('what a client cannot be shown of a reply is counted in its header and named in the ledger', limit, async t => {
  const cited = { type: 'text', text: 'It rains.', citations: [{ type: 'web_search_result_location', url: 'https://a.example', title: 'A', cited_text: 'rain', encrypted_index: 'x' }] };
  upstream.answer({ ...claudeReply([cited], 'stop_sequence'), stop_sequence: 'END' });
  const got = await post('/api/chat', { model: 'anthropic.x', stream: false, messages: [{ role: 'user', content: 'hi' }] });
  assert.equal(got.status, 200, got.text);
  assert.equal(got.json().message.content, 'It rains.');
  assert.equal(got.headers.get('x-signalbox-loss'), '2');
  if (!haveSqlite) return t.diagnostic('sqlite3 is missing: ledger not looked at');
  const id = got.headers.get('x-signalbox-request-id');
  await gateway.row(id);
  const losses = gateway.query(`SELECT pointer, kind, reply FROM loss WHERE request_id = '${id}' ORDER BY n`);
  assert.deepEqual(losses, [{ pointer: '/content', kind: 'dropped', reply: 1 }, { pointer: '/stop_reason', kind: 'approximated', reply: 1 }]);
});

test('a route that refuses losses says which, or takes a target that loses nothing', limit, async () => {
  const count = upstream.seen.length;
  const body = { stop: ['END'], messages: [{ role: 'user', content: 'hi' }] };
  const refused = await post('/v1/chat/completions', { ...body, model: 'strict-a' });
  assert.equal(refused.status, 400);
  assert.equal(refused.json().error.code, 'loss_refused');
  assert.match(refused.json().error.message, /\/stop/);
  assert.equal(upstream.seen.length, count, 'nobody was called');
  upstream.answer(chatReply);
  const fitted = await post('/v1/chat/completions', { ...body, model: 'fit-a' });
  assert.equal(fitted.status, 200, fitted.text);
  assert.equal(fitted.headers.get('x-signalbox-target'), 'openai-chat/gpt-y');
});

const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];
const thinkingTurn = [{ type: 'thinking', thinking: 'hm', signature: 'c2lnbmVk' }, { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }];
const followUp = call => [{ role: 'user', content: 'go' }, { role: 'assistant', content: null, tool_calls: [call] }, { role: 'tool', tool_call_id: call.id, content: 'seen' }];

test('a chat client loses no thinking: signed by Anthropic, put back for the same account only', limit, async () => {
  upstream.answer(claudeReply(thinkingTurn, 'tool_use'));
  const first = await post('/v1/chat/completions', { model: 'anthropic.x', reasoning_effort: 'high', tools, messages: [{ role: 'user', content: 'go' }] });
  const [call] = first.json().choices[0].message.tool_calls;
  for (const [model, expected] of [['anthropic.x', ['thinking', 'tool_use']], ['claude2.x', ['tool_use']]]) {
    upstream.answer(claudeReply([{ type: 'text', text: 'done' }]));
    const second = await post('/v1/chat/completions', { model, reasoning_effort: 'high', tools, messages: followUp(call) });
    assert.equal(second.status, 200, second.text);
    const turn = JSON.parse(upstream.last().body).messages.find(message => message.role === 'assistant').content;
    assert.deepEqual(turn.map(block => block.type), expected, model);
    if (expected.length > 1) assert.deepEqual(turn[0], thinkingTurn[0]);
  }
});

test('DeepSeek and kin get their reasoning_content back in a tool loop', limit, async () => {
  const message = { role: 'assistant', content: null, reasoning_content: 'let me look', tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }] };
  upstream.answer({ ...chatReply, choices: [{ index: 0, message, finish_reason: 'tool_calls' }] });
  const first = await post('/v1/chat/completions', { model: 'deep.x', tools, messages: [{ role: 'user', content: 'go' }] });
  assert.equal(first.json().choices[0].message.reasoning_content, 'let me look');
  upstream.answer(chatReply);
  await post('/v1/chat/completions', { model: 'deep.x', tools, messages: followUp(first.json().choices[0].message.tool_calls[0]) });
  assert.equal(JSON.parse(upstream.last().body).messages[1].reasoning_content, 'let me look');
});

test('a conversation moves from Gemini to Anthropic and back without foreign signatures', limit, async () => {
  const parts = [{ text: 'hm', thought: true }, { functionCall: { name: 'look', args: {} }, thoughtSignature: 'Z2VtaW5p' }];
  upstream.answer({ candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }], usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 } });
  const claudeTools = [{ name: 'look', input_schema: { type: 'object', properties: {} } }];
  const ask = { max_tokens: 2000, tools: claudeTools };
  const first = await post('/v1/messages', { ...ask, model: 'gemini.x', messages: [{ role: 'user', content: 'go' }] });
  assert.equal(first.status, 200, first.text);
  const { content } = first.json();
  const use = content.find(block => block.type === 'tool_use');
  const messages = [{ role: 'user', content: 'go' }, { role: 'assistant', content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'seen' }] }];

  upstream.answer(claudeReply([{ type: 'text', text: 'done' }]));
  const moved = await post('/v1/messages', { ...ask, model: 'anthropic.x', messages });
  assert.equal(moved.status, 200, moved.text);
  assert.ok(!upstream.last().body.includes('SgnlBx') && !upstream.last().body.includes('Z2VtaW5p'), upstream.last().body.toString());

  upstream.answer({ candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'done' }] }, finishReason: 'STOP' }] });
  const back = await post('/v1/messages', { ...ask, model: 'gemini.x', messages });
  assert.equal(back.status, 200, back.text);
  const call = JSON.parse(upstream.last().body).contents[1].parts.find(part => part.functionCall);
  assert.equal(call.thoughtSignature, 'Z2VtaW5p');
});

test('previous_response_id is answered from our own store', limit, async () => {
  upstream.answer(claudeReply([{ type: 'text', text: 'Your name is Ann.' }]));
  const first = await post('/v1/responses', { model: 'anthropic.x', input: 'I am Ann.' });
  assert.equal(first.status, 200, first.text);
  upstream.answer(claudeReply([{ type: 'text', text: 'ok' }]));
  const second = await post('/v1/responses', { model: 'anthropic.x', input: 'Who am I?', previous_response_id: first.json().id });
  assert.equal(second.status, 200, second.text);
  const said = JSON.parse(upstream.last().body).messages.map(({ role, content }) => [role, typeof content === 'string' ? content : content.map(block => block.text).join('')]);
  assert.deepEqual(said, [['user', 'I am Ann.'], ['assistant', 'Your name is Ann.'], ['user', 'Who am I?']]);
  const unknown = await post('/v1/responses', { model: 'anthropic.x', input: 'x', previous_response_id: 'resp_unknown' });
  assert.equal(unknown.status, 400);
  assert.equal(unknown.json().error.code, 'previous_response_not_found');
});

test('errors and lists come in the asker\'s dialect', limit, async () => {
  const wrong = async (path, headers) => (await fetch(gateway.url + path, { method: path === '/api/tags' ? 'GET' : 'POST', headers })).json();
  assert.equal((await wrong('/v1/messages', { 'x-api-key': 'no' })).error.type, 'authentication_error');
  assert.equal((await wrong('/v1beta/models/m:generateContent', { 'x-goog-api-key': 'no' })).error.status, 'UNAUTHENTICATED');
  assert.equal(typeof (await wrong('/api/tags', {})).error, 'string');
  const get = async (path, headers = {}) => (await fetch(gateway.url + path, { headers: { authorization: `Bearer ${keys.client}`, ...headers } })).json();
  assert.equal((await get('/v1/models')).object, 'list');
  assert.equal((await get('/v1/models', { 'anthropic-version': '2023-06-01' })).has_more, false);
  assert.ok(Array.isArray((await get('/v1beta/models')).models));
  assert.ok(Array.isArray((await get('/api/tags')).models));
  assert.match((await get('/api/version')).version, /^\d+\.\d+/);
  const invalid = await post('/v1/messages', { model: 'openai-chat.x', max_tokens: 5, messages: [{ role: 'user', content: 5 }] });
  assert.equal(invalid.status, 400);
  assert.equal(invalid.json().error.type, 'invalid_request_error');
  assert.match(invalid.json().error.message, /\/messages\/0\/content/);
});

test('a 20 MB image costs at most three copies of memory', { timeout: 60000 }, async t => {
  const field = name => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(fs.readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))[1]) / 1024;
  const image = 'A'.repeat(20 * 1024 * 1024);
  fs.writeFileSync(`/proc/${gateway.pid}/clear_refs`, '5'); // resets the peak
  const before_ = field('VmRSS');
  upstream.answer(claudeReply([{ type: 'text', text: 'ok' }]));
  const got = await post('/v1/chat/completions', { model: 'anthropic.x', messages: [{ role: 'user', content: [{ type: 'text', text: 'see' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } }] }] });
  assert.equal(got.status, 200, got.text.slice(0, 300));
  assert.equal(JSON.parse(upstream.last().body).messages[0].content[1].source.data.length, image.length);
  const copies = (field('VmHWM') - before_) / 20;
  t.diagnostic(`${copies.toFixed(2)} copies at the peak`);
  assert.ok(copies <= 3.2, `${copies.toFixed(2)} copies of the body at the peak`); // and the small change of a process
});
