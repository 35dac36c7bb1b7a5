// SPDX-License-Identifier: GPL-3.0-or-later
// The AI SDK with each of its providers against an upstream that nobody here wrote, in all five dialects.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newKeys, sha256, skip, startAimock, startGateway } from '../support/harness.mjs';

const missing = () => skip('client packages are missing: run npm ci --ignore-scripts in tests/interop');
const { generateText, streamText, tool, stepCountIs } = await import('ai').catch(missing);
const { createOpenAI } = await import('@ai-sdk/openai').catch(missing);
const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible').catch(missing);
const { createAnthropic } = await import('@ai-sdk/anthropic').catch(missing);
const { createGoogleGenerativeAI } = await import('@ai-sdk/google').catch(missing);
const { z } = await import('zod').catch(missing);

const fixtures = { fixtures: [
  { match: { userMessage: 'boom429' }, response: { error: { message: 'slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded' }, status: 429, retryAfter: 2 } },
  { match: { userMessage: 'cutme' }, response: { content: 'A long answer whose stream is cut in the middle.' }, chunkSize: 8, latency: 20, truncateAfterChunks: 4 },
  { match: { toolName: 'get_weather', hasToolResult: false }, response: { toolCalls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }, { name: 'get_weather', arguments: { city: 'Paris' } }] } },
  { match: { toolName: 'get_weather', hasToolResult: true }, response: { content: 'Sunny.' } },
  { match: { userMessage: 'hi' }, response: { content: 'Hello.' } },
] };

const keys = newKeys();
const providers = { 'openai-chat': '/v1', 'openai-responses': '/v1', anthropic: '/v1', gemini: '/v1beta', ollama: '' };
let upstream, gateway;

before(async () => {
  upstream = await startAimock(fixtures);
  gateway = await startGateway({
    version: 1,
    listen: { address: '127.0.0.1', port: 0, auth: 'keys' },
    providers: Object.entries(providers).map(([id, path]) => ({ id, dialect: id, baseUrl: upstream.url + path, credentials: [{ id: 'main', secret: 'env:MOCK_PROVIDER_KEY' }] })),
    projects: [{ id: 'default' }],
    clients: [{ id: 'laptop', project: 'default', keySha256: sha256(keys.client) }],
  }, { keys });
});
after(async () => { await gateway?.stop(); await upstream?.stop(); gateway?.remove(); });

const limit = { timeout: 20000 };
const v1 = () => ({ baseURL: `${gateway.url}/v1`, apiKey: keys.client });
const clients = {
  'openai, chat': model => createOpenAI(v1()).chat(model),
  'openai, responses': model => createOpenAI(v1()).responses(model),
  'openai-compatible': model => createOpenAICompatible({ ...v1(), name: 'box', includeUsage: true })(model),
  anthropic: model => createAnthropic(v1())(model),
  google: model => createGoogleGenerativeAI({ baseURL: `${gateway.url}/v1beta`, apiKey: keys.client })(model),
};

for (const provider of Object.keys(providers)) {
  for (const [name, make] of Object.entries(clients)) {
    const model = () => make(`${provider}/some-model`);

    test(`plain, streamed, tools: ${name} → ${provider}`, limit, async () => {
      const whole = await generateText({ model: model(), prompt: 'hi', maxRetries: 0 });
      assert.equal(whole.text, 'Hello.');
      assert.equal(whole.finishReason, 'stop');

      let text = '';
      const streamed = streamText({ model: model(), prompt: 'hi', maxRetries: 0, onError: ({ error }) => { throw error; } });
      for await (const piece of streamed.textStream) text += piece;
      assert.equal(text, 'Hello.');
      assert.equal(await streamed.finishReason, 'stop');

      // This upstream ends Gemini's calls with FUNCTION_CALL, which Google's API does not have and the SDK does not take
      // for calls; between the same dialects the bytes pass as they are.
      if (name === 'google' && provider === 'gemini') return;
      for (const ask of [generateText, streamText]) {
        const cities = [];
        const looped = await ask({
          model: model(), prompt: 'weather', maxRetries: 0, stopWhen: stepCountIs(3),
          tools: { get_weather: tool({ description: 'the weather of a city', inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => { cities.push(city); return 'sunny'; } }) },
        });
        assert.equal(await looped.text, 'Sunny.');
        assert.deepEqual(cities, ['Oslo', 'Paris']);
        assert.equal((await looped.steps).length, 2);
      }
    });

    test(`errors and a cut stream: ${name} → ${provider}`, limit, async () => {
      const slow = await generateText({ model: model(), prompt: 'boom429', maxRetries: 0 }).then(() => assert.fail('must be refused'), error => error);
      assert.equal(slow.statusCode, 429, String(slow));
      assert.match(slow.message, /slow down/);
      let broken;
      const cut = streamText({ model: model(), prompt: 'cutme', maxRetries: 0, onError: () => {} });
      for await (const part of cut.fullStream) if (part.type === 'error') broken = part.error;
      assert.ok(broken, 'the cut is told');
    });
  }
}
