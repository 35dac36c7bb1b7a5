// SPDX-License-Identifier: GPL-3.0-or-later
// Real client libraries, each against a provider of every dialect: the mock upstream behind signalboxd.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, haveSqlite, newKeys, REPLY, sha256, skip, startGateway, startMock } from '../support/harness.mjs';

const missing = () => skip('client packages are missing: run npm ci --ignore-scripts in tests/interop');
const { default: OpenAI } = await import('openai').catch(missing);
const { default: Anthropic } = await import('@anthropic-ai/sdk').catch(missing);
const { generateText, streamText, tool, stepCountIs } = await import('ai').catch(missing);
const { createOpenAI } = await import('@ai-sdk/openai').catch(missing);
const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible').catch(missing);
const { createAnthropic } = await import('@ai-sdk/anthropic').catch(missing);
const { createGoogleGenerativeAI } = await import('@ai-sdk/google').catch(missing);
const { z } = await import('zod').catch(missing);

const keys = newKeys();
const providers = ['openai-chat', 'openai-responses', 'anthropic', 'gemini', 'ollama'];
let mock, gateway, openai, anthropic;

before(async () => {
  mock = await startMock();
  const base = { 'openai-chat': '/v1', 'openai-responses': '/v1', anthropic: '/v1', gemini: '/v1beta', ollama: '' };
  gateway = await startGateway({
    version: 1,
    listen: { address: '127.0.0.1', port: 0, auth: 'keys' },
    providers: providers.map(id => ({
      id, dialect: id, baseUrl: mock.url + base[id], credentials: [{ id: 'main', secret: 'env:MOCK_PROVIDER_KEY' }],
    })),
    projects: [{ id: 'default' }],
    clients: [{ id: 'laptop', project: 'default', keySha256: sha256(keys.client) }],
    prices: [{ model: '*', inputUsdPerMTok: 1, outputUsdPerMTok: 4, cacheReadUsdPerMTok: 0.1 }],
  }, { keys });
  openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keys.client, maxRetries: 0, timeout: 10000 });
  anthropic = new Anthropic({ baseURL: gateway.url, apiKey: keys.client, maxRetries: 0, timeout: 10000 });
});
after(async () => { await gateway?.stop(); await mock?.stop(); gateway?.remove(); });

const limit = { timeout: 20000 };
const failure = promise => promise.then(() => assert.fail('must be refused'), error => error);
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const describe = { name: 'get_weather', description: 'the weather of a city' };
const askTool = 'please use tool for the weather';

for (const provider of providers) {
  const model = `${provider}/some-model`;

  test(`openai chat SDK → ${provider}`, limit, async t => {
    const whole = await openai.chat.completions.create({ model, messages: [{ role: 'system', content: 'short' }, { role: 'user', content: 'hi' }] });
    assert.equal(whole.choices[0].message.content, REPLY);
    assert.equal(whole.choices[0].finish_reason, 'stop');
    assert.equal(whole.usage.completion_tokens, 5);
    assert.equal(whole.usage.prompt_tokens, 12);

    const streamed = await openai.chat.completions.stream({ model, messages: [{ role: 'user', content: 'hi' }], stream_options: { include_usage: true } }).finalChatCompletion();
    assert.equal(streamed.choices[0].message.content, REPLY);
    assert.equal(streamed.usage.total_tokens, 17);

    const tools = [{ type: 'function', function: { ...describe, parameters } }];
    const messages = [{ role: 'user', content: askTool }];
    for (const stream of [false, true]) {
      const asked = stream
        ? await openai.chat.completions.stream({ model, messages, tools }).finalChatCompletion()
        : await openai.chat.completions.create({ model, messages, tools });
      const call = asked.choices[0].message.tool_calls[0];
      assert.equal(asked.choices[0].finish_reason, 'tool_calls');
      assert.equal(call.function.name, 'get_weather');
      assert.deepEqual(JSON.parse(call.function.arguments), { city: 'Oslo' });
      assert.ok(call.id);
      const done = await openai.chat.completions.create({
        model, tools, messages: [...messages, asked.choices[0].message, { role: 'tool', tool_call_id: call.id, content: 'sunny' }],
      });
      assert.equal(done.choices[0].message.content, REPLY);
    }
    if (haveSqlite) {
      const row = await eventually('a row with usage', () => gateway.query(`SELECT * FROM request WHERE provider = '${provider}' AND dialect = 'openai-chat' LIMIT 1`)[0]);
      assert.equal(row.output_tokens, 5);
      assert.equal((row.input_tokens ?? 0) + (row.cached_input_tokens ?? 0), 12);
    } else t.diagnostic('sqlite3 is missing: ledger not looked at');
  });

  test(`openai responses SDK → ${provider}`, limit, async () => {
    const whole = await openai.responses.create({ model, instructions: 'short', input: 'hi' });
    assert.equal(whole.output_text, REPLY);
    assert.equal(whole.status, 'completed');
    assert.equal(whole.usage.output_tokens, 5);

    const streamed = await openai.responses.stream({ model, input: 'hi' }).finalResponse();
    assert.equal(streamed.output_text, REPLY);
    assert.equal(streamed.usage.total_tokens, 17);

    const tools = [{ type: 'function', ...describe, parameters, strict: false }];
    for (const stream of [false, true]) {
      const input = [{ role: 'user', content: askTool }];
      const asked = stream ? await openai.responses.stream({ model, input, tools }).finalResponse() : await openai.responses.create({ model, input, tools });
      const call = asked.output.find(item => item.type === 'function_call');
      assert.equal(call.name, 'get_weather');
      assert.deepEqual(JSON.parse(call.arguments), { city: 'Oslo' });
      const done = await openai.responses.create({ model, tools, input: [...input, ...asked.output, { type: 'function_call_output', call_id: call.call_id, output: 'sunny' }] });
      assert.equal(done.output_text, REPLY);
    }
  });

  test(`anthropic SDK → ${provider}`, limit, async () => {
    const ask = { model, max_tokens: 200, system: 'short' };
    const whole = await anthropic.messages.create({ ...ask, messages: [{ role: 'user', content: 'hi' }] });
    assert.equal(whole.content.find(block => block.type === 'text').text, REPLY);
    assert.equal(whole.stop_reason, 'end_turn');
    assert.equal(whole.usage.output_tokens, 5);

    const streamed = await anthropic.messages.stream({ ...ask, messages: [{ role: 'user', content: 'hi' }] }).finalMessage();
    assert.equal(streamed.content.find(block => block.type === 'text').text, REPLY);
    assert.equal(streamed.usage.output_tokens, 5);

    const tools = [{ ...describe, input_schema: parameters }];
    for (const stream of [false, true]) {
      const messages = [{ role: 'user', content: askTool }];
      const asked = stream ? await anthropic.messages.stream({ ...ask, tools, messages }).finalMessage() : await anthropic.messages.create({ ...ask, tools, messages });
      assert.equal(asked.stop_reason, 'tool_use');
      const call = asked.content.find(block => block.type === 'tool_use');
      assert.deepEqual([call.name, call.input], ['get_weather', { city: 'Oslo' }]);
      const done = await anthropic.messages.create({
        ...ask, tools,
        messages: [...messages, { role: 'assistant', content: asked.content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'sunny' }] }],
      });
      assert.equal(done.content.find(block => block.type === 'text').text, REPLY);
    }
    const counted = await anthropic.messages.countTokens({ model, messages: [{ role: 'user', content: 'hello there' }] });
    assert.ok(counted.input_tokens > 0);
  });

  const aiModels = {
    openai: () => createOpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keys.client })(model),
    'openai chat': () => createOpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keys.client }).chat(model),
    compatible: () => createOpenAICompatible({ name: 'gw', baseURL: `${gateway.url}/v1`, apiKey: keys.client, includeUsage: true })(model),
    anthropic: () => createAnthropic({ baseURL: `${gateway.url}/v1`, apiKey: keys.client })(model),
    google: () => createGoogleGenerativeAI({ baseURL: `${gateway.url}/v1beta`, apiKey: keys.client })(model),
  };
  for (const [name, make] of Object.entries(aiModels)) {
    test(`ai SDK, ${name} → ${provider}`, limit, async () => {
      const whole = await generateText({ model: make(), prompt: 'hi', maxRetries: 0 });
      assert.equal(whole.text, REPLY);
      assert.equal(whole.finishReason, 'stop');

      let text = '';
      const streamed = streamText({ model: make(), prompt: 'hi', maxRetries: 0, onError: ({ error }) => { throw error; } });
      for await (const piece of streamed.textStream) text += piece;
      assert.equal(text, REPLY);
      assert.equal((await streamed.usage).outputTokens, 5);

      const cities = [];
      const looped = await generateText({
        model: make(), prompt: askTool, maxRetries: 0, stopWhen: stepCountIs(3),
        tools: { get_weather: tool({ description: describe.description, inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => { cities.push(city); return 'sunny'; } }) },
      });
      assert.deepEqual(cities, ['Oslo']);
      assert.equal(looped.text, REPLY);
    });
  }

  test(`errors of ${provider} in each client's dialect`, limit, async () => {
    const messages = [{ role: 'user', content: 'hi' }];
    const limited = await failure(openai.chat.completions.create({ model: `${provider}/m-fault-429`, messages }));
    assert.ok(limited instanceof OpenAI.RateLimitError, String(limited));
    assert.equal(limited.headers.get('retry-after'), '1');
    const broken = await failure(openai.responses.create({ model: `${provider}/m-fault-500`, input: 'hi' }));
    assert.ok(broken instanceof OpenAI.InternalServerError, String(broken));
    const tooMany = await failure(anthropic.messages.create({ model: `${provider}/m-fault-429`, max_tokens: 5, messages }));
    assert.ok(tooMany instanceof Anthropic.RateLimitError, String(tooMany));
    assert.equal(tooMany.error.error.type, 'rate_limit_error');
    const refused = await failure(anthropic.messages.create({ model: `${provider}/m-fault-401`, max_tokens: 5, messages }));
    assert.ok(refused instanceof Anthropic.AuthenticationError, String(refused));
  });

  test(`a stream of ${provider} that dies is an error to every client`, limit, async () => {
    const dying = `${provider}/m-fault-die-midstream`;
    const messages = [{ role: 'user', content: 'hi' }];
    await failure(openai.chat.completions.stream({ model: dying, messages }).finalChatCompletion());
    // This SDK hands a failed response over instead of throwing.
    const ended = await openai.responses.stream({ model: dying, input: 'hi' }).finalResponse().catch(() => ({ status: 'failed' }));
    assert.equal(ended.status, 'failed');
    await failure(anthropic.messages.stream({ model: dying, max_tokens: 5, messages }).finalMessage());
    await failure((async () => {
      const result = streamText({ model: createGoogleGenerativeAI({ baseURL: `${gateway.url}/v1beta`, apiKey: keys.client })(dying), prompt: 'hi', maxRetries: 0, onError: () => {} });
      for await (const part of result.fullStream) if (part.type === 'error') throw part.error;
    })());
  });
}

test('embeddings among OpenAI, Gemini and Ollama', limit, async () => {
  for (const provider of ['openai-chat', 'gemini', 'ollama']) {
    const reply = await openai.embeddings.create({ model: `${provider}/embed`, input: ['one', 'two'] });
    assert.equal(reply.data.length, 2);
    assert.ok(reply.data[0].embedding.length > 1 && reply.data[0].embedding.every(Number.isFinite));
  }
});
