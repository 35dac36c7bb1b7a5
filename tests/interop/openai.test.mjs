// SPDX-License-Identifier: GPL-3.0-or-later
// The openai SDK, as pinned in package.json, against signalboxd with the mock as provider.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { basicConfig, eventually, haveSqlite, newKeys, REPLY, skip, startGateway, startMock } from '../support/harness.mjs';
import { chatBody, eventsOf, request } from '../support/http.mjs';

const { default: OpenAI } = await import('openai').catch(() => skip('the openai package is missing: run npm ci --ignore-scripts in tests/interop'));

const keys = newKeys();
const messages = [{ role: 'user', content: 'hi' }];
const model = 'gpt-4o-mini';
let mock, gateway, client;

before(async () => {
  mock = await startMock();
  const alias = { id: 'alias', match: { model: 'alias' }, to: { target: `mock/${model}` } };
  const config = basicConfig(mock.url, keys);
  config.routes.unshift(alias);
  gateway = await startGateway(config, { keys });
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keys.client, maxRetries: 0, timeout: 10000 });
});
after(async () => { await gateway?.stop(); await mock?.stop(); gateway?.remove(); });

const failure = promise => promise.then(() => assert.fail('must be refused'), error => error);

test('chat', { timeout: 15000 }, async () => {
  const reply = await client.chat.completions.create({ model, messages });
  assert.equal(reply.choices[0].message.content, REPLY);
  assert.equal(reply.choices[0].finish_reason, 'stop');
  assert.equal(reply.model, model);
  assert.deepEqual([reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.prompt_tokens_details.cached_tokens], [12, 5, 4]);
});

test('the reply names request, route, target, attempts and cost', { timeout: 15000 }, async () => {
  const { response } = await client.chat.completions.create({ model, messages }).withResponse();
  assert.match(response.headers.get('x-signalbox-request-id'), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(response.headers.get('x-signalbox-route'), 'default');
  assert.equal(response.headers.get('x-signalbox-target'), `mock/${model}`);
  assert.equal(response.headers.get('x-signalbox-attempts'), '1');
  // 8 fresh at 1, 4 cached at 0.1 and 5 out at 4 USD a million.
  assert.equal(Number(response.headers.get('x-signalbox-cost-usd')), 0.0000284);
});

test('stream, usage asked for', { timeout: 15000 }, async () => {
  const stream = await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } });
  let text = '', usage, finish;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    finish ??= chunk.choices[0]?.finish_reason;
    usage ??= chunk.usage;
  }
  assert.equal(text, REPLY);
  assert.equal(finish, 'stop');
  assert.equal(usage.total_tokens, 17);
});

test('stream, usage not asked for: none reaches the client, yet it is in the ledger', { timeout: 15000 }, async t => {
  for (const extra of [{}, { stream_options: {} }, { stream_options: { include_usage: false } }]) {
    const reply = await request(`${gateway.url}/v1/chat/completions`, { method: 'POST', key: keys.client, body: chatBody(model, { stream: true, ...extra }) });
    const events = eventsOf(reply.text);
    assert.equal(events.at(-1), '[DONE]');
    for (const event of events.slice(0, -1)) {
      assert.equal(event.choices.length, 1, JSON.stringify(event));
      assert.ok(event.usage === undefined || event.usage === null, JSON.stringify(event));
    }
    if (haveSqlite) {
      const row = await gateway.row(reply.headers['x-signalbox-request-id']);
      assert.deepEqual([row.input_tokens, row.cached_input_tokens, row.output_tokens], [8, 4, 5]);
    } else {
      t.diagnostic('sqlite3 is missing: ledger not looked at');
    }
  }
});

test('the SDK puts the stream together', { timeout: 15000 }, async () => {
  const runner = client.chat.completions.stream({ model, messages });
  const final = await runner.finalChatCompletion();
  assert.equal(final.choices[0].message.content, REPLY);
});

test('tools: the whole loop, streamed and not', { timeout: 15000 }, async () => {
  for (const stream of [false, true]) {
    const asked = [];
    const runner = client.chat.completions.runTools({
      model, stream, messages: [{ role: 'user', content: 'use tool please' }],
      tools: [{ type: 'function', function: {
        name: 'weather', description: 'weather of a city', parse: JSON.parse,
        parameters: { type: 'object', properties: { city: { type: 'string' } } },
        function: input => { asked.push(input); return 'sunny'; },
      } }],
    });
    assert.equal(await runner.finalContent(), REPLY);
    assert.deepEqual(asked, [{ city: 'Oslo' }]);
  }
});

test('embeddings: base64 by default, numbers on demand', { timeout: 15000 }, async () => {
  const byDefault = await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] });
  assert.equal((await mock.last()).body.encoding_format, 'base64');
  assert.equal(byDefault.data.length, 2);
  assert.deepEqual([...byDefault.data[1].embedding].map(x => Number(x.toFixed(4))), [0.1, 0.2, 0.3]);
  const floats = await client.embeddings.create({ model: 'text-embedding-3-small', input: 'a', encoding_format: 'float' });
  assert.deepEqual(floats.data[0].embedding, [0.1, 0.2, 0.3]);
});

test('models', { timeout: 15000 }, async () => {
  const list = await client.models.list();
  assert.ok(list.data.length > 0);
  for (const one of list.data) assert.equal(one.object, 'model');
});

test('401: wrong client key', { timeout: 15000 }, async () => {
  const before = (await mock.requests()).length;
  const stranger = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sbx-not-a-key', maxRetries: 0 });
  const error = await failure(stranger.chat.completions.create({ model, messages }));
  assert.ok(error instanceof OpenAI.AuthenticationError, String(error));
  assert.equal((await mock.requests()).length, before, 'nothing may go upstream');
});

test('404 of the provider', { timeout: 15000 }, async () => {
  const error = await failure(client.chat.completions.create({ model: 'm-fault-404', messages }));
  assert.ok(error instanceof OpenAI.NotFoundError, String(error));
  assert.match(error.message, /mock error 404/);
});

test('429 keeps status, message and retry-after', { timeout: 15000 }, async () => {
  const error = await failure(client.chat.completions.create({ model: 'm-fault-429', messages }));
  assert.ok(error instanceof OpenAI.RateLimitError, String(error));
  assert.match(error.message, /mock error 429/);
  assert.equal(error.headers.get('retry-after'), '1');
});

test('500 of the provider', { timeout: 15000 }, async () => {
  const error = await failure(client.chat.completions.create({ model: 'm-fault-500', messages }));
  assert.ok(error instanceof OpenAI.InternalServerError, String(error));
});

test('a stream that dies is an error for the SDK too', { timeout: 15000 }, async () => {
  const stream = await client.chat.completions.create({ model: 'm-fault-die-midstream', messages, stream: true });
  const error = await failure((async () => { for await (const chunk of stream) void chunk; })());
  assert.ok(error instanceof OpenAI.APIError, String(error));
});

test('abort: the upstream is let go within a second, the ledger says 499', { timeout: 15000 }, async () => {
  await mock.clear();
  const { data: stream, response } = await client.chat.completions.create({ model: 'm-fault-slow', messages, stream: true }).withResponse();
  let chunks = 0;
  for await (const chunk of stream) {
    void chunk;
    if (++chunks === 2) break; // leaving the loop aborts the request
  }
  stream.controller.abort();
  await eventually('the upstream sees the abort', async () => (await mock.last()).aborted === true, 1000);
  if (haveSqlite) assert.equal((await gateway.row(response.headers.get('x-signalbox-request-id'))).status, 499);
});

test('abort before the first byte', { timeout: 15000 }, async () => {
  await mock.clear();
  const abort = new AbortController();
  const pending = client.chat.completions.create({ model: 'm-fault-hang', messages }, { signal: abort.signal });
  await eventually('the request is upstream', async () => (await mock.requests()).length === 1);
  abort.abort();
  assert.ok(await failure(pending) instanceof OpenAI.APIUserAbortError);
  await eventually('the upstream sees the abort', async () => (await mock.last()).aborted === true, 1000);
});

// Spacing, order, number forms and escapes that a parse and a rewrite would change.
const oddBody = '{ "seed":9007199254740993,"temperature" : 1.0, "x_unknown":{"b":1,"a":[1e3,-0.0,null]},\n\t"messages":[ {"content":"caf\\u00e9 \\/ 日本","role":"user"} ],'
  + '"model":"MODEL","z":"\\ud83d\\ude00", "metadata":{"k":"v"} , "stream":false }';

test('the body reaches the provider byte for byte, apart from the model name', { timeout: 15000 }, async () => {
  for (const [asked, sent] of [[model, model], ['alias', model]]) {
    const reply = await request(`${gateway.url}/v1/chat/completions`, { method: 'POST', key: keys.client, body: oddBody.replace('MODEL', asked) });
    assert.equal(reply.status, 200, reply.text);
    assert.equal((await mock.last()).raw, oddBody.replace('MODEL', sent));
  }
  const streamed = oddBody.replace('MODEL', model).replace('"stream":false', '"stream" : true,  "stream_options": {"include_usage":true }');
  await request(`${gateway.url}/v1/chat/completions`, { method: 'POST', key: keys.client, body: streamed });
  assert.equal((await mock.last()).raw, streamed);
});

test('the reply reaches the client byte for byte', { timeout: 15000 }, async () => {
  const body = chatBody(model, { stream: true, stream_options: { include_usage: true } });
  const direct = await request(`${mock.url}/v1/chat/completions`, { method: 'POST', body });
  const through = await request(`${gateway.url}/v1/chat/completions`, { method: 'POST', key: keys.client, body });
  const timeless = text => text.replace(/"created":\d+/g, '"created":0');
  assert.equal(timeless(through.text), timeless(direct.text));
});

test('many at once, none mixed up', { timeout: 20000 }, async () => {
  const names = Array.from({ length: 40 }, (_, i) => `model-${i}`);
  const replies = await Promise.all(names.map(name => client.chat.completions.create({ model: name, messages })));
  assert.deepEqual(replies.map(reply => reply.model), names);
});
