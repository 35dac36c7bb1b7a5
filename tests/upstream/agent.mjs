#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// The model side of a coding agent, in five dialects: first it asks for the tool that runs shell commands, to read
// note.txt; when the result is there it tells what the note says. Streams only. No dependencies, Node 18 or newer.
import http from 'node:http';

const PORT = Number(process.env.PORT ?? 9101);
const COMMAND = ['cat', 'note.txt'];

const list = value => (Array.isArray(value) ? value : []);
const textOf = content => (typeof content === 'string' ? content : list(content).map(part => part.text ?? part.output ?? (part.content ? textOf(part.content) : '')).join(''));

// What each dialect calls its tools and where it puts their results.
const dialects = {
  'openai-chat': {
    tools: body => list(body.tools).filter(tool => tool.function).map(tool => ({ name: tool.function.name, schema: tool.function.parameters })),
    results: body => list(body.messages).filter(message => message.role === 'tool').map(message => textOf(message.content)),
  },
  'openai-responses': {
    tools: body => [...list(body.tools), ...list(body.input).filter(item => item.type === 'additional_tools').flatMap(item => list(item.tools))].filter(tool => tool.type === 'function').map(tool => ({ name: tool.name, schema: tool.parameters })),
    results: body => list(body.input).filter(item => item.type === 'function_call_output').map(item => textOf(item.output)),
  },
  anthropic: {
    tools: body => list(body.tools).filter(tool => tool.input_schema).map(tool => ({ name: tool.name, schema: tool.input_schema })),
    results: body => list(body.messages).flatMap(message => list(message.content)).filter(block => block.type === 'tool_result').map(block => textOf(block.content)),
  },
  gemini: {
    tools: body => list(body.tools).flatMap(tool => list(tool.functionDeclarations)).map(tool => ({ name: tool.name, schema: tool.parametersJsonSchema ?? tool.parameters })),
    results: body => list(body.contents).flatMap(content => list(content.parts)).filter(part => part.functionResponse).map(part => Object.values(part.functionResponse.response).map(String).join('')),
  },
  ollama: {
    tools: body => list(body.tools).map(tool => ({ name: tool.function.name, schema: tool.function.parameters })),
    results: body => list(body.messages).filter(message => message.role === 'tool').map(message => textOf(message.content)),
  },
};

function shellCall(tools) {
  const runs = tool => /(^|[^a-z])(shell|exec|exec_command|shell_command|bash)([^a-z]|$)/i.test(tool.name);
  for (const tool of tools.filter(runs)) {
    const properties = tool.schema?.properties ?? {};
    for (const key of ['cmd', 'command']) {
      if (!properties[key]) continue;
      const type = [properties[key].type].flat().map(name => String(name).toLowerCase());
      return { name: tool.name, args: { [key]: type.includes('array') ? COMMAND : COMMAND.join(' ') } };
    }
  }
  return null;
}

const sse = (event, data) => `${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
const now = () => Math.floor(Date.now() / 1000);

const stream = {
  'openai-chat'(text, call) {
    const chunk = (delta, finish = null) => sse(null, { id: 'chatcmpl-agent', object: 'chat.completion.chunk', created: now(), model: 'agent', choices: [{ index: 0, delta, finish_reason: finish }] });
    const body = call ? chunk({ role: 'assistant', tool_calls: [{ index: 0, id: 'call_agent', type: 'function', function: { name: call.name, arguments: JSON.stringify(call.args) } }] }) : chunk({ role: 'assistant', content: text });
    return [body, chunk({}, call ? 'tool_calls' : 'stop'), sse(null, { id: 'chatcmpl-agent', object: 'chat.completion.chunk', created: now(), model: 'agent', choices: [], usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 } }), sse(null, '[DONE]')];
  },
  'openai-responses'(text, call) {
    const item = call
      ? { type: 'function_call', id: 'fc_agent', call_id: 'call_agent', name: call.name, arguments: JSON.stringify(call.args), status: 'completed' }
      : { type: 'message', id: 'msg_agent', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] };
    const response = { id: 'resp_agent', object: 'response', created_at: now(), model: 'agent', status: 'in_progress', output: [] };
    const usage = { input_tokens: 9, input_tokens_details: { cached_tokens: 0 }, output_tokens: 4, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 13 };
    const events = [
      { type: 'response.created', response },
      { type: 'response.output_item.added', output_index: 0, item: call ? { ...item, arguments: '', status: 'in_progress' } : { ...item, content: [], status: 'in_progress' } },
      ...(call
        ? [{ type: 'response.function_call_arguments.delta', item_id: item.id, output_index: 0, delta: item.arguments }, { type: 'response.function_call_arguments.done', item_id: item.id, output_index: 0, arguments: item.arguments }]
        : [{ type: 'response.content_part.added', item_id: item.id, output_index: 0, content_index: 0, part: { type: 'output_text', text: '', annotations: [] } }, { type: 'response.output_text.delta', item_id: item.id, output_index: 0, content_index: 0, delta: text }, { type: 'response.output_text.done', item_id: item.id, output_index: 0, content_index: 0, text }]),
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { ...response, status: 'completed', output: [item], usage } },
    ];
    return events.map((event, index) => sse(event.type, { ...event, sequence_number: index }));
  },
  anthropic(text, call) {
    const block = call ? { type: 'tool_use', id: 'toolu_agent', name: call.name, input: {} } : { type: 'text', text: '' };
    const delta = call ? { type: 'input_json_delta', partial_json: JSON.stringify(call.args) } : { type: 'text_delta', text };
    return [
      { type: 'message_start', message: { id: 'msg_agent', type: 'message', role: 'assistant', model: 'agent', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 9, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: block },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null }, usage: { output_tokens: 4 } },
      { type: 'message_stop' },
    ].map(event => sse(event.type, event));
  },
  gemini(text, call) {
    const parts = call ? [{ functionCall: { name: call.name, args: call.args } }] : [{ text }];
    return [sse(null, { candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }], usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 4, totalTokenCount: 13 }, modelVersion: 'agent', responseId: 'agent' })];
  },
  ollama(text, call) {
    const line = value => `${JSON.stringify({ model: 'agent', created_at: new Date().toISOString(), ...value })}\n`;
    const message = call ? { role: 'assistant', content: '', tool_calls: [{ function: { name: call.name, arguments: call.args } }] } : { role: 'assistant', content: text };
    return [line({ message, done: false }), line({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 9, eval_count: 4 })];
  },
};

function dialectOf(url) {
  if (url.includes('/chat/completions')) return 'openai-chat';
  if (url.includes('/responses')) return 'openai-responses';
  if (url.includes('/messages')) return 'anthropic';
  if (url.includes(':streamGenerateContent')) return 'gemini';
  return url.startsWith('/api/chat') ? 'ollama' : null;
}

const server = http.createServer((req, res) => {
  let bytes = '';
  req.on('data', chunk => { bytes += chunk; });
  req.on('end', () => {
    const dialect = req.method === 'POST' ? dialectOf(req.url) : null;
    if (!dialect) return res.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"not here"}}');
    const body = JSON.parse(bytes);
    const results = dialects[dialect].results(body);
    const call = results.length ? null : shellCall(dialects[dialect].tools(body));
    const mark = /mark-[a-z-]+/.exec(results.join('\n'))?.[0] ?? 'nothing';
    const text = results.length ? `Well, the note says ${mark}.` : `No shell among ${dialects[dialect].tools(body).map(tool => tool.name).join(', ')}.`;
    res.writeHead(200, { 'content-type': dialect === 'ollama' ? 'application/x-ndjson' : 'text/event-stream' });
    for (const piece of stream[dialect](text, call)) res.write(piece);
    res.end();
  });
});
server.listen(PORT, '127.0.0.1', () => console.log(`listening http://127.0.0.1:${server.address().port}`));
