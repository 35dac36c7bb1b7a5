#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// Mock upstream for five dialects with faults chosen by model name; see README.md. No dependencies, Node 20 or newer.
import http from 'node:http';
import fs from 'node:fs';

const PORT = Number(process.env.PORT ?? 9100);
const HOST = process.env.HOST ?? '127.0.0.1';
const LOG = process.env.LOG; // optional JSONL file
const REPLY = 'Hello from the mock: grüße, 你好, 🚦 all clear.';

// The same token classes in every dialect: input 8, cached 4, output 5, reasoning 0.
const TOKENS = { fresh: 8, cached: 4, output: 5 };

const journal = [];
const failuresLeft = new Map(); // model + key -> failures still to serve

const seconds = () => Math.floor(Date.now() / 1000);
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
const words = text => text.match(/\S+\s*/g);

// ---------------------------------------------------------------- faults

// fault-429, fault-500-then-ok, fault-503-then-ok-3, fault-slow-250, fault-hang … anywhere in the model name
function faultOf(model) {
  const name = /fault-([a-z0-9-]+)/.exec(model ?? '')?.[1];
  if (!name) return {};
  let m;
  if ((m = /^(\d{3})-then-ok(?:-(\d+))?$/.exec(name))) return { status: Number(m[1]), times: Number(m[2] ?? 1) };
  if ((m = /^(\d{3})(?:-(date|ms|quota|none))?$/.exec(name))) return { status: Number(m[1]), variant: m[2] };
  if ((m = /^slow(?:-(\d+))?$/.exec(name))) return { slow: Number(m[1] ?? 300) };
  return { [name]: true };
}

const errorTypes = { 400: 'invalid_request_error', 401: 'authentication_error', 402: 'billing_error', 403: 'permission_error', 404: 'not_found_error', 413: 'request_too_large', 429: 'rate_limit_error', 529: 'overloaded_error' };
const geminiStatus = { 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 429: 'RESOURCE_EXHAUSTED', 500: 'INTERNAL', 503: 'UNAVAILABLE' };

function errorBody(dialect, status, message, code) {
  const type = errorTypes[status] ?? 'api_error';
  if (dialect === 'anthropic') return { type: 'error', error: { type, message }, request_id: 'req_mock' };
  if (dialect === 'gemini') {
    const details = status === 429 ? [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' }] : [];
    return { error: { code: status, message, status: geminiStatus[status] ?? 'UNKNOWN', details } };
  }
  if (dialect === 'ollama') return { error: message };
  return { error: { message, type, param: null, code: code ?? (status === 429 ? 'rate_limit_exceeded' : null) } };
}

function sendError(exchange, status, variant) {
  const headers = {};
  if (status === 429 || status === 503 || status === 529) {
    if (variant === 'date') headers['retry-after'] = new Date(Date.now() + 2000).toUTCString();
    else if (variant === 'ms') headers['retry-after-ms'] = '300';
    else if (variant !== 'none') headers['retry-after'] = '1';
  }
  if (status === 429 && exchange.dialect.startsWith('openai')) {
    Object.assign(headers, { 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1s' });
  }
  if (status === 429 && exchange.dialect === 'anthropic') {
    headers['anthropic-ratelimit-requests-remaining'] = '0';
    headers['anthropic-ratelimit-requests-reset'] = new Date(Date.now() + 1000).toISOString();
  }
  const quota = variant === 'quota';
  sendJson(exchange.res, errorBody(exchange.dialect, status, quota ? 'You exceeded your current quota.' : `mock error ${status}`, quota ? 'insufficient_quota' : undefined), status, headers);
}

// ---------------------------------------------------------------- writing

function sendJson(res, value, status = 200, headers = {}) {
  const body = JSON.stringify(value);
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-request-id': 'req_mock', ...headers });
  res.end(body);
}

// Sends the frames of a stream, and applies the stream faults between them.
async function sendStream(exchange, contentType, frames, errorFrame) {
  const { res, fault } = exchange;
  res.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-cache', 'x-request-id': 'req_mock' });
  if (fault['headers-then-hang']) return res.flushHeaders();
  if (fault.empty) return res.end();
  const cut = Math.min(3, frames.length - 1);
  for (let i = 0; i < frames.length; i++) {
    if (res.destroyed) return;
    if (i === cut) {
      if (fault['die-midstream']) { await sleep(20); return res.socket.destroy(); }
      if (fault['reset-midstream']) { await sleep(20); return res.socket.resetAndDestroy(); }
      if (fault['end-midstream']) return res.end();
      if (fault['hang-midstream']) return;
      if (fault['error-midstream']) return res.end(errorFrame);
      if (fault.malformed) return res.end('data: {"broken": \n\n');
    }
    if (fault.slow) await sleep(fault.slow);
    if (fault.split) for (const byte of Buffer.from(frames[i])) { res.write(Buffer.of(byte)); await sleep(0); }
    else res.write(frames[i]);
  }
  res.end();
}

const data = value => `data: ${JSON.stringify(value)}\n\n`;
const event = (type, value) => `event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`;

async function sendReply(exchange, value) {
  const { res, fault } = exchange;
  if (fault['headers-then-hang']) { res.writeHead(200, { 'content-type': 'application/json' }); return res.flushHeaders(); }
  if (fault.slow) await sleep(fault.slow * 3);
  if (fault.malformed) { res.writeHead(200, { 'content-type': 'application/json' }); return res.end('{"id":"broken",'); }
  if (fault.empty) { res.writeHead(200, { 'content-type': 'application/json' }); return res.end(); }
  if (fault['die-midstream'] || fault['reset-midstream']) {
    const text = JSON.stringify(value);
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    res.write(text.slice(0, 40));
    await sleep(20);
    return fault['reset-midstream'] ? res.socket.resetAndDestroy() : res.socket.destroy();
  }
  sendJson(res, value);
}

// ---------------------------------------------------------------- tools

// A tool is called when a user turn says "use tool" and no tool result is in the conversation yet.
function wantsTool(turns, hasResult) {
  if (hasResult) return false;
  const users = Array.isArray(turns) ? turns.filter(turn => turn.role === 'user') : turns;
  const text = JSON.stringify(users ?? '').replace(/<(system-reminder|session_context)>.*?<\/\1>/gs, '');
  return /use tool/i.test(text);
}

const toolInput = schema => ({ [Object.keys(schema?.properties ?? { city: {} })[0] ?? 'city']: 'Oslo' });

// ---------------------------------------------------------------- dialects

function openaiChat(exchange) {
  const body = exchange.body;
  const base = { id: 'chatcmpl-mock1', created: seconds(), model: body.model, system_fingerprint: 'fp_mock' };
  const tool = body.tools?.[0]?.function;
  const call = tool && wantsTool(body.messages, body.messages?.some(m => m.role === 'tool'));
  const args = call ? JSON.stringify(toolInput(tool.parameters)) : '';
  const usage = {
    prompt_tokens: TOKENS.fresh + TOKENS.cached, completion_tokens: TOKENS.output, total_tokens: TOKENS.fresh + TOKENS.cached + TOKENS.output,
    prompt_tokens_details: { cached_tokens: TOKENS.cached }, completion_tokens_details: { reasoning_tokens: 0 },
  };
  const finish = call ? 'tool_calls' : 'stop';
  if (!body.stream) {
    const message = call
      ? { role: 'assistant', content: null, refusal: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: tool.name, arguments: args } }] }
      : { role: 'assistant', content: REPLY, refusal: null };
    const reply = { ...base, object: 'chat.completion', choices: [{ index: 0, message, logprobs: null, finish_reason: finish }], usage };
    if (exchange.fault['no-usage']) delete reply.usage;
    return sendReply(exchange, reply);
  }
  const chunk = (delta, reason = null) => data({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }] });
  const frames = call
    ? [
        chunk({ role: 'assistant', content: null, tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: tool.name, arguments: '' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: args.slice(0, 5) } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: args.slice(5) } }] }),
      ]
    : [chunk({ role: 'assistant', content: '', refusal: null }), ...words(REPLY).map(content => chunk({ content }))];
  frames.push(chunk({}, finish));
  if (body.stream_options?.include_usage && !exchange.fault['no-usage']) frames.push(data({ ...base, object: 'chat.completion.chunk', choices: [], usage }));
  frames.push('data: [DONE]\n\n');
  return sendStream(exchange, 'text/event-stream; charset=utf-8', frames, data(errorBody('openai', 500, 'mock error in the stream')));
}

function openaiResponses(exchange) {
  const body = exchange.body;
  const hasResult = Array.isArray(body.input) && body.input.some(item => /_output$/.test(item.type ?? ''));
  const tool = body.tools?.find(t => t.type === 'function');
  const call = tool && wantsTool(body.input, hasResult);
  const item = call
    ? { id: 'fc_1', type: 'function_call', status: 'completed', call_id: 'call_1', name: tool.name, arguments: JSON.stringify(toolInput(tool.parameters)) }
    : { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content: [{ type: 'output_text', text: REPLY, annotations: [], logprobs: [] }] };
  const usage = {
    input_tokens: TOKENS.fresh + TOKENS.cached, input_tokens_details: { cached_tokens: TOKENS.cached, cache_write_tokens: 0 },
    output_tokens: TOKENS.output, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: TOKENS.fresh + TOKENS.cached + TOKENS.output,
  };
  const response = (status, output, extra = {}) => ({
    id: 'resp_mock1', object: 'response', created_at: seconds(), completed_at: null, status, background: false, error: null, incomplete_details: null,
    instructions: body.instructions ?? null, max_output_tokens: null, model: body.model, output, parallel_tool_calls: true, previous_response_id: null,
    reasoning: { effort: null, summary: null }, store: Boolean(body.store), temperature: 1, text: { format: { type: 'text' } }, tool_choice: 'auto',
    tools: body.tools ?? [], top_p: 1, truncation: 'disabled', usage: status === 'completed' ? usage : null, user: null, metadata: {}, ...extra,
  });
  if (!body.stream) return sendReply(exchange, response('completed', [item]));
  let sequence = 0;
  const ev = (type, value) => event(type, { sequence_number: sequence++, ...value });
  const frames = [ev('response.created', { response: response('in_progress', []) }), ev('response.in_progress', { response: response('in_progress', []) })];
  if (call) {
    frames.push(
      ev('response.output_item.added', { output_index: 0, item: { ...item, status: 'in_progress', arguments: '' } }),
      ev('response.function_call_arguments.delta', { item_id: item.id, output_index: 0, delta: item.arguments }),
      ev('response.function_call_arguments.done', { item_id: item.id, output_index: 0, arguments: item.arguments, name: item.name }),
    );
  } else {
    const at = { item_id: item.id, output_index: 0, content_index: 0 };
    frames.push(
      ev('response.output_item.added', { output_index: 0, item: { ...item, status: 'in_progress', content: [] } }),
      ev('response.content_part.added', { ...at, part: { type: 'output_text', text: '', annotations: [], logprobs: [] } }),
      ...words(REPLY).map(delta => ev('response.output_text.delta', { ...at, delta, logprobs: [] })),
      ev('response.output_text.done', { ...at, text: REPLY, logprobs: [] }),
      ev('response.content_part.done', { ...at, part: item.content[0] }),
    );
  }
  frames.push(ev('response.output_item.done', { output_index: 0, item }), ev('response.completed', { response: response('completed', [item]) }));
  const failed = event('response.failed', { sequence_number: 99, response: response('failed', [], { error: { code: 'server_error', message: 'mock error in the stream' } }) });
  return sendStream(exchange, 'text/event-stream; charset=utf-8', frames, failed);
}

function anthropicMessages(exchange) {
  const body = exchange.body;
  const tool = body.tools?.[0];
  const call = tool && wantsTool(body.messages, JSON.stringify(body.messages ?? []).includes('tool_result'));
  const usage = { input_tokens: TOKENS.fresh, cache_creation_input_tokens: 0, cache_read_input_tokens: TOKENS.cached, output_tokens: TOKENS.output, service_tier: 'standard' };
  const block = call ? { type: 'tool_use', id: 'toolu_1', name: tool.name, input: toolInput(tool.input_schema) } : { type: 'text', text: REPLY };
  const message = { id: 'msg_mock1', type: 'message', role: 'assistant', model: body.model, content: [block], stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null, usage };
  if (!body.stream) return sendReply(exchange, message);
  const deltas = call
    ? [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }]
    : words(REPLY).map(text => ({ type: 'text_delta', text }));
  const frames = [
    event('message_start', { message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } }),
    event('content_block_start', { index: 0, content_block: call ? { ...block, input: {} } : { type: 'text', text: '' } }),
    event('ping', {}),
    ...deltas.map(delta => event('content_block_delta', { index: 0, delta })),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason: message.stop_reason, stop_sequence: null }, usage: { output_tokens: TOKENS.output } }),
    event('message_stop', {}),
  ];
  return sendStream(exchange, 'text/event-stream; charset=utf-8', frames, event('error', { error: { type: 'overloaded_error', message: 'mock error in the stream' } }));
}

function geminiGenerate(exchange, stream, url) {
  const body = exchange.body;
  const tool = (body.tools ?? []).flatMap(t => t.functionDeclarations ?? [])[0];
  const call = tool && wantsTool(body.contents, JSON.stringify(body.contents ?? []).includes('functionResponse'));
  const usageMetadata = {
    promptTokenCount: TOKENS.fresh + TOKENS.cached, cachedContentTokenCount: TOKENS.cached, candidatesTokenCount: TOKENS.output,
    totalTokenCount: TOKENS.fresh + TOKENS.cached + TOKENS.output, promptTokensDetails: [{ modality: 'TEXT', tokenCount: TOKENS.fresh + TOKENS.cached }],
  };
  const reply = (parts, finishReason) => ({
    candidates: [{ content: { parts, role: 'model' }, ...(finishReason ? { finishReason } : {}), index: 0 }],
    usageMetadata, modelVersion: exchange.model, responseId: 'gem_mock1',
  });
  const text = body.generationConfig?.responseMimeType === 'application/json' ? JSON.stringify({ answer: REPLY }) : REPLY;
  const callParts = call ? [{ functionCall: { id: 'fc_1', name: tool.name, args: toolInput(tool.parameters ?? tool.parametersJsonSchema) }, thoughtSignature: 'bW9jay1zaWduYXR1cmU=' }] : null;
  const whole = reply(callParts ?? [{ text }], 'STOP');
  if (!stream) return sendReply(exchange, whole);
  if (url.searchParams.get('alt') !== 'sse') return sendReply(exchange, [whole]); // without alt=sse the stream is one JSON array
  const parts = callParts ? [callParts] : words(text).map(word => [{ text: word }]);
  const frames = parts.map((part, i) => `data: ${JSON.stringify(reply(part, i === parts.length - 1 ? 'STOP' : null))}\r\n\r\n`);
  return sendStream(exchange, 'text/event-stream', frames, `data: ${JSON.stringify(errorBody('gemini', 503, 'mock error in the stream'))}\r\n\r\n`);
}

function ollamaReply(exchange, chat) {
  const body = exchange.body;
  const tool = body.tools?.[0]?.function;
  const call = chat && tool && wantsTool(body.messages, body.messages?.some(m => m.role === 'tool'));
  const counts = { done: true, done_reason: 'stop', total_duration: 5e6, load_duration: 1e6, prompt_eval_count: TOKENS.fresh + TOKENS.cached, prompt_eval_duration: 1e6, eval_count: TOKENS.output, eval_duration: 3e6 };
  const line = (content, extra = { done: false }) => ({
    model: body.model, created_at: new Date().toISOString(),
    ...(chat ? { message: { role: 'assistant', content, ...(call && content === '' && !extra.done ? { tool_calls: [{ function: { name: tool.name, arguments: toolInput(tool.parameters) } }] } : {}) } } : { response: content }),
    ...extra,
  });
  if (body.stream === false) {
    const whole = line(call ? '' : REPLY, counts);
    if (call) whole.message.tool_calls = [{ function: { name: tool.name, arguments: toolInput(tool.parameters) } }];
    return sendReply(exchange, whole);
  }
  const lines = call ? [line('')] : words(REPLY).map(word => line(word));
  const frames = [...lines, line('', counts)].map(value => JSON.stringify(value) + '\n');
  return sendStream(exchange, 'application/x-ndjson', frames, JSON.stringify({ error: 'mock error in the stream' }) + '\n');
}

// ---------------------------------------------------------------- lists and embeddings

const embedding = [0.1, 0.2, 0.3];

function openaiEmbeddings(exchange) {
  const { input, encoding_format: format, model } = exchange.body;
  const value = format === 'base64' ? Buffer.from(new Float32Array(embedding).buffer).toString('base64') : embedding;
  const count = Array.isArray(input) ? input.length : 1;
  sendReply(exchange, {
    id: 'emb_mock1', object: 'list', model, usage: { prompt_tokens: 3, total_tokens: 3 },
    data: Array.from({ length: count }, (_, index) => ({ object: 'embedding', index, embedding: value })),
  });
}

function modelList(exchange) {
  const { res, dialect } = exchange;
  if (dialect === 'gemini') return sendJson(res, { models: [{ name: 'models/gemini-2.5-flash', displayName: 'Gemini 2.5 Flash', inputTokenLimit: 1048576, outputTokenLimit: 65536, supportedGenerationMethods: ['generateContent', 'countTokens'] }] });
  if (dialect === 'anthropic') return sendJson(res, { data: [{ type: 'model', id: 'claude-sonnet-4-5', display_name: 'Claude Sonnet 4.5', created_at: '2025-09-29T00:00:00Z' }], has_more: false, first_id: 'claude-sonnet-4-5', last_id: 'claude-sonnet-4-5' });
  if (dialect === 'ollama') return sendJson(res, { models: [{ name: 'mock:latest', model: 'mock:latest', modified_at: new Date().toISOString(), size: 1, digest: 'x', details: {} }] });
  sendJson(res, { object: 'list', data: [{ id: 'gpt-4o-mini', object: 'model', created: seconds(), owned_by: 'mock' }] });
}

// ---------------------------------------------------------------- routing

function routeOf(method, path, headers) {
  let m;
  if ((m = /\/models\/([^/:]+):(\w+)$/.exec(path))) return { dialect: 'gemini', action: m[2], model: decodeURIComponent(m[1]) };
  if (/\/chat\/completions$/.test(path)) return { dialect: 'openai-chat', action: 'chat' };
  if (/\/responses$/.test(path) && method === 'POST') return { dialect: 'openai-responses', action: 'responses' };
  if (/\/embeddings$/.test(path) && !path.startsWith('/api/embeddings')) return { dialect: 'openai-chat', action: 'embeddings' };
  if (/\/messages\/count_tokens$/.test(path)) return { dialect: 'anthropic', action: 'count' };
  if (/\/messages$/.test(path)) return { dialect: 'anthropic', action: 'messages' };
  if ((m = /^\/api\/(chat|generate|embed|embeddings|tags|version)$/.exec(path))) return { dialect: 'ollama', action: m[1] };
  if (/\/models$/.test(path)) {
    if (/v1beta/.test(path) || headers['x-goog-api-key'] || headers['x-goog-api-client']) return { dialect: 'gemini', action: 'list' };
    return { dialect: headers['anthropic-version'] ? 'anthropic' : 'openai-chat', action: 'list' };
  }
  return { dialect: 'openai-chat', action: 'unknown' };
}

function answer(exchange, url) {
  switch (`${exchange.dialect} ${exchange.action}`) {
    case 'openai-chat chat': return openaiChat(exchange);
    case 'openai-responses responses': return openaiResponses(exchange);
    case 'openai-chat embeddings': return openaiEmbeddings(exchange);
    case 'anthropic messages': return anthropicMessages(exchange);
    case 'anthropic count': return sendReply(exchange, { input_tokens: TOKENS.fresh + TOKENS.cached });
    case 'gemini generateContent': return geminiGenerate(exchange, false, url);
    case 'gemini streamGenerateContent': return geminiGenerate(exchange, true, url);
    case 'gemini countTokens': return sendReply(exchange, { totalTokens: TOKENS.fresh + TOKENS.cached });
    case 'gemini embedContent': return sendReply(exchange, { embedding: { values: embedding } });
    case 'gemini batchEmbedContents': return sendReply(exchange, { embeddings: (exchange.body.requests ?? []).map(() => ({ values: embedding })) });
    case 'ollama chat': return ollamaReply(exchange, true);
    case 'ollama generate': return ollamaReply(exchange, false);
    case 'ollama embed': return sendReply(exchange, { model: exchange.model, embeddings: [].concat(exchange.body.input ?? '').map(() => embedding), prompt_eval_count: 3 });
    case 'ollama embeddings': return sendReply(exchange, { embedding });
    case 'ollama version': return sendJson(exchange.res, { version: '0.0.0-mock' });
    default: return exchange.action === 'list' || exchange.action === 'tags' ? modelList(exchange) : sendError(exchange, 404);
  }
}

function control(req, res, url) {
  if (url.pathname !== '/__mock/requests') return sendJson(res, { error: 'unknown control path' }, 404);
  if (req.method === 'DELETE') { journal.length = 0; failuresLeft.clear(); }
  sendJson(res, { requests: journal });
}

function handle(req, res, raw) {
  const url = new URL(req.url, 'http://mock');
  if (url.pathname.startsWith('/__mock/')) return control(req, res, url);
  let body = {};
  try { if (raw.length) body = JSON.parse(raw); } catch { body = { unparsed: raw.subarray(0, 200).toString('latin1') }; }
  const route = routeOf(req.method, url.pathname, req.headers);
  const model = route.model ?? body.model ?? '';
  const exchange = { req, res, body, model, fault: faultOf(model), dialect: route.dialect, action: route.action };

  const entry = { at: new Date().toISOString(), method: req.method, url: req.url, headers: req.headers, bytes: raw.length, model, body: raw.length < 65536 ? body : undefined, raw: raw.length < 65536 ? raw.toString() : undefined };
  journal.push(entry);
  if (journal.length > 500) journal.shift();
  const began = performance.now();
  res.on('close', () => {
    entry.ms = Math.round(performance.now() - began);
    entry.aborted = !res.writableFinished; // the gateway hung up first, or a fault cut the reply
    if (LOG) fs.appendFileSync(LOG, JSON.stringify(entry) + '\n');
  });

  if (req.method === 'HEAD' || url.pathname === '/') return res.writeHead(200).end();
  const { fault } = exchange;
  if (fault.hang) return;
  if (fault.reset) return req.socket.resetAndDestroy();
  if (fault.close) return req.socket.destroy();
  if (fault.status) {
    const key = `${model} ${req.headers.authorization ?? req.headers['x-api-key'] ?? req.headers['x-goog-api-key'] ?? ''}`;
    const left = failuresLeft.get(key) ?? fault.times ?? Infinity;
    if (left > 0) { failuresLeft.set(key, left - 1); return sendError(exchange, fault.status, fault.variant); }
    failuresLeft.delete(key); // the next round fails again
  }
  return answer(exchange, url);
}

const server = http.createServer((req, res) => {
  const chunks = [];
  req.on('data', chunk => chunks.push(chunk));
  req.on('end', () => handle(req, res, Buffer.concat(chunks)));
});
server.on('upgrade', (req, socket) => socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'));
server.listen(PORT, HOST, () => console.log(`listening http://${HOST}:${server.address().port}`));
