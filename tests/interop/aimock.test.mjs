// SPDX-License-Identifier: GPL-3.0-or-later
// An independent upstream as second opinion: @copilotkit/aimock in four dialects, asked by SDKs of the others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newKeys, sha256, skip, startAimock, startGateway } from '../support/harness.mjs';

const missing = () => skip('client packages are missing: run npm ci --ignore-scripts in tests/interop');
const { default: OpenAI } = await import('openai').catch(missing);
const { default: Anthropic } = await import('@anthropic-ai/sdk').catch(missing);

const fixtures = { fixtures: [
  { match: { userMessage: 'boom429' }, response: { error: { message: 'slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded' }, status: 429, retryAfter: 2 } },
  { match: { userMessage: 'boom529' }, response: { error: { message: 'busy', type: 'overloaded_error' }, status: 529 } },
  { match: { userMessage: 'cutme' }, response: { content: 'A long answer whose stream is cut in the middle.' }, chunkSize: 8, latency: 20, truncateAfterChunks: 4 },
  { match: { userMessage: 'think' }, response: { content: '42', reasoning: 'Let me see.' } },
  { match: { toolName: 'get_weather', hasToolResult: false }, response: { toolCalls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }, { name: 'get_weather', arguments: { city: 'Paris' } }] } },
  { match: { toolName: 'get_weather', hasToolResult: true }, response: { content: 'Sunny.' } },
  { match: { userMessage: 'hi' }, response: { content: 'Hello.' } },
] };

const keys = newKeys();
const providers = { 'openai-chat': '/v1', 'openai-responses': '/v1', anthropic: '/v1', gemini: '/v1beta', ollama: '' };
let upstream, gateway, openai, anthropic;

before(async () => {
  upstream = await startAimock(fixtures);
  gateway = await startGateway({
    version: 1,
    listen: { address: '127.0.0.1', port: 0, auth: 'keys' },
    providers: Object.entries(providers).map(([id, path]) => ({ id, dialect: id, baseUrl: upstream.url + path, credentials: [{ id: 'main', secret: 'env:MOCK_PROVIDER_KEY' }] })),
    projects: [{ id: 'default' }],
    clients: [{ id: 'laptop', project: 'default', keySha256: sha256(keys.client) }],
  }, { keys });
  openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keys.client, maxRetries: 0, timeout: 10000 });
  anthropic = new Anthropic({ baseURL: gateway.url, apiKey: keys.client, maxRetries: 0, timeout: 10000 });
});
after(async () => { await gateway?.stop(); await upstream?.stop(); gateway?.remove(); });

const limit = { timeout: 20000 };
const failure = promise => promise.then(() => assert.fail('must be refused'), error => error);
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const cities = calls => calls.map(call => JSON.parse(call).city);

for (const provider of Object.keys(providers)) {
  const model = `${provider}/some-model`;

  test(`plain, streamed → ${provider}`, limit, async () => {
    const messages = [{ role: 'user', content: 'hi' }];
    const chat = await openai.chat.completions.create({ model, messages });
    assert.equal(chat.choices[0].message.content, 'Hello.');
    const stream = await openai.chat.completions.stream({ model, messages }).finalChatCompletion();
    assert.equal(stream.choices[0].message.content, 'Hello.');
    assert.equal((await openai.responses.stream({ model, input: 'hi' }).finalResponse()).output_text, 'Hello.');
    const message = await anthropic.messages.stream({ model, max_tokens: 50, messages }).finalMessage();
    assert.equal(message.content.at(-1).text, 'Hello.');
  });

  test(`two calls at once, and back → ${provider}`, limit, async () => {
    const messages = [{ role: 'user', content: 'weather' }];
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
    for (const stream of [true, false]) {
      const asked = stream ? await openai.chat.completions.stream({ model, messages, tools }).finalChatCompletion() : await openai.chat.completions.create({ model, messages, tools });
      const calls = asked.choices[0].message.tool_calls;
      assert.deepEqual(cities(calls.map(call => call.function.arguments)), ['Oslo', 'Paris']);
      assert.notEqual(calls[0].id, calls[1].id);
      const done = await openai.chat.completions.create({ model, tools, messages: [...messages, asked.choices[0].message, ...calls.map(call => ({ role: 'tool', tool_call_id: call.id, content: 'sun' }))] });
      assert.equal(done.choices[0].message.content, 'Sunny.');
    }
    const claude = { model, max_tokens: 50, tools: [{ name: 'get_weather', input_schema: parameters }] };
    const asked = await anthropic.messages.stream({ ...claude, messages }).finalMessage();
    const uses = asked.content.filter(block => block.type === 'tool_use');
    assert.deepEqual(uses.map(use => use.input.city), ['Oslo', 'Paris']);
    const done = await anthropic.messages.create({ ...claude, messages: [...messages, { role: 'assistant', content: asked.content }, { role: 'user', content: uses.map(use => ({ type: 'tool_result', tool_use_id: use.id, content: 'sun' })) }] });
    assert.equal(done.content.at(-1).text, 'Sunny.');
  });

  test(`errors → ${provider}`, limit, async () => {
    const slow = await failure(openai.chat.completions.create({ model, messages: [{ role: 'user', content: 'boom429' }] }));
    assert.equal(slow.status, 429);
    assert.match(slow.message, /slow down/);
    const busy = await failure(anthropic.messages.create({ model, max_tokens: 5, messages: [{ role: 'user', content: 'boom529' }] }));
    assert.equal(busy.status, 529);
    assert.equal(busy.error.error.type, 'overloaded_error');
    await failure(openai.chat.completions.stream({ model, messages: [{ role: 'user', content: 'cutme' }] }).finalChatCompletion());
    await failure(anthropic.messages.stream({ model, max_tokens: 5, messages: [{ role: 'user', content: 'cutme' }] }).finalMessage());
  });
}

for (const provider of ['openai-chat', 'anthropic', 'gemini', 'ollama']) {
  test(`thinking → ${provider}`, limit, async t => {
    const model = `${provider}/some-model`;
    const native = await openai.chat.completions.create({ model, messages: [{ role: 'user', content: 'think' }] });
    assert.equal(native.choices[0].message.content, '42');
    if (!native.choices[0].message.reasoning_content) return t.skip('this upstream tells no thinking in that dialect');
    assert.equal(native.choices[0].message.reasoning_content, 'Let me see.');
    const message = await anthropic.messages.create({ model, max_tokens: 2000, messages: [{ role: 'user', content: 'think' }] });
    assert.equal(message.content.find(block => block.type === 'thinking')?.thinking, 'Let me see.');
  });
}
