// SPDX-License-Identifier: GPL-3.0-or-later
// What real client libraries learn from the model lists: limits and abilities, each in its own dialect.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newKeys, sha256, skip, startGateway, startMock } from '../support/harness.mjs';

const missing = () => skip('client packages are missing: run npm ci --ignore-scripts in tests/interop');
const { default: OpenAI } = await import('openai').catch(missing);
const { default: Anthropic } = await import('@anthropic-ai/sdk').catch(missing);

const keys = newKeys();
const limit = { timeout: 20000 };
let mock, gateway;

before(async () => {
  mock = await startMock();
  const credentials = [{ id: 'main', secret: 'env:MOCK_PROVIDER_KEY' }];
  gateway = await startGateway({
    version: 1,
    listen: { address: '127.0.0.1', port: 0, auth: 'keys' },
    providers: [
      { id: 'claude', preset: 'anthropic', dialect: 'anthropic', baseUrl: `${mock.url}/v1`, credentials },
      { id: 'gem', preset: 'google', dialect: 'gemini', baseUrl: `${mock.url}/v1beta`, credentials },
      { id: 'box', dialect: 'openai-chat', baseUrl: `${mock.url}/v1`, credentials },
    ],
    projects: [{ id: 'default' }],
    clients: [
      { id: 'laptop', project: 'default', keySha256: sha256(keys.client) },
      { id: 'admin', project: 'default', keySha256: sha256(keys.admin), admin: true },
    ],
    models: [{ model: 'box/own', contextTokens: 8192, input: ['text'], tools: false }],
    routes: [
      { id: 'best', match: { model: 'best' }, to: { fallback: [{ target: 'claude/claude-sonnet-4-5' }, { target: 'gem/gemini-2.5-flash' }] } },
      { id: 'own', match: { model: 'own' }, to: { target: 'box/own' } },
      { id: 'default', to: { target: 'box/*' } },
    ],
  }, { keys });
});
after(async () => { await gateway?.stop(); await mock?.stop(); gateway?.remove(); });

const get = async (path, headers = {}) => {
  const reply = await fetch(gateway.url + path, { headers });
  return { status: reply.status, json: await reply.json() };
};

test('openai SDK', limit, async () => {
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keys.client, maxRetries: 0, timeout: 10000 });
  const models = new Map();
  for await (const model of client.models.list()) models.set(model.id, model);
  const claude = models.get('claude/claude-sonnet-4-5');
  assert.equal(claude.owned_by, 'claude');
  assert.equal(claude.context_length, 200000);
  assert.equal(claude.max_completion_tokens, 64000);
  assert.deepEqual(claude.architecture.input_modalities, ['text', 'image', 'file']);
  assert.deepEqual(claude.supported_parameters, ['tools', 'reasoning']);
  assert.equal(models.get('gem/gemini-2.5-flash').context_length, 1048576); // as the provider's own list says
  assert.equal(models.get('best').context_length, 200000); // the smaller of its two targets
  assert.equal(models.get('own').context_length, 8192);
  assert.deepEqual(models.get('own').supported_parameters, []);
  assert.equal(models.get('box/gpt-4o-mini').context_length, undefined); // nobody knows: no guess
  assert.equal((await client.models.retrieve('best')).context_length, 200000);
});

test('anthropic SDK', limit, async () => {
  const client = new Anthropic({ baseURL: gateway.url, apiKey: keys.client, maxRetries: 0, timeout: 10000 });
  const models = new Map();
  for await (const model of client.models.list()) models.set(model.id, model);
  assert.equal(models.get('claude/claude-sonnet-4-5').max_input_tokens, 200000);
  assert.equal(models.get('claude/claude-sonnet-4-5').max_tokens, 64000);
  assert.equal(models.get('box/gpt-4o-mini').max_input_tokens, null);
  assert.equal((await client.models.retrieve('best')).max_input_tokens, 200000);
});

test('Gemini and Ollama', limit, async () => {
  const gemini = await get('/v1beta/models', { 'x-goog-api-key': keys.client });
  const best = gemini.json.models.find(model => model.name === 'models/best');
  assert.deepEqual([best.inputTokenLimit, best.thinking], [200000, true]);
  const shown = await fetch(`${gateway.url}/api/show`, { method: 'POST', headers: { authorization: `Bearer ${keys.client}` }, body: JSON.stringify({ model: 'own' }) });
  const own = await shown.json();
  assert.deepEqual(own.capabilities, ['completion']);
  assert.equal(own.model_info[`${own.model_info['general.architecture']}.context_length`], 8192);
});

test('the catalogue with its sources, for admins only', limit, async () => {
  const path = '/signalbox/v1/catalogue';
  assert.equal((await get(path, { authorization: `Bearer ${keys.client}` })).status, 403);
  const admin = { authorization: `Bearer ${keys.admin}` };
  const whole = await get(path, admin);
  assert.ok(whole.json.models > 4000);
  assert.equal(typeof whole.json.ageDays, 'number');
  const model = await get(`${path}?model=claude/claude-sonnet-4-5`, admin);
  assert.equal(model.json.price.inputUsdPerMTok, 3);
  assert.match(model.json.asOf, /^\d{4}-\d{2}-\d{2}$/);
  assert.equal((await get(`${path}?model=box/none`, admin)).status, 404);
});
