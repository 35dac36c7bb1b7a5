// SPDX-License-Identifier: GPL-3.0-or-later
// A chat provider inside the test, whose behaviour the test changes as it goes; every request is remembered.
import http from 'node:http';
import { sleep } from './harness.mjs';

const event = value => `data: ${JSON.stringify(value)}\n\n`;

// behave({ key, body, n }) → { status, headers, drop, delayMs }, all optional; n counts from 1.
export async function startProvider(name, behave = () => ({})) {
  const provider = { name, behave, seen: [] };
  const server = http.createServer(async (req, res) => {
    let text = '';
    for await (const bytes of req) text += bytes;
    const body = text ? JSON.parse(text) : {};
    const seen = { key: req.headers.authorization?.replace(/^Bearer /, ''), at: performance.now(), body, gone: false };
    provider.seen.push(seen);
    res.on('close', () => { seen.gone = !res.writableEnded; });
    const { status = 200, headers = {}, drop = false, delayMs = 0 } = provider.behave({ key: seen.key, body, n: provider.seen.length });
    if (drop) return req.socket.destroy();
    if (delayMs) await sleep(delayMs);
    if (res.destroyed) return;
    if (status !== 200) {
      res.writeHead(status, { 'content-type': 'application/json', ...headers });
      return res.end(JSON.stringify({ error: { message: `${name} says ${status}`, type: 'test_error', param: null, code: null } }));
    }
    const usage = { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17, prompt_tokens_details: { cached_tokens: 4 } };
    const base = { id: 'chatcmpl-1', created: 1_700_000_000, model: body.model };
    if (!body.stream) {
      res.writeHead(200, { 'content-type': 'application/json', ...headers });
      return res.end(JSON.stringify({ ...base, object: 'chat.completion', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: name } }], usage }));
    }
    const chunk = (delta, finish = null) => event({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] });
    res.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    res.end(chunk({ role: 'assistant', content: '' }) + chunk({ content: name }) + chunk({}, 'stop') + event({ ...base, object: 'chat.completion.chunk', choices: [], usage }) + 'data: [DONE]\n\n');
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  provider.url = `http://127.0.0.1:${server.address().port}/v1`;
  provider.stop = () => { server.closeAllConnections(); return new Promise(resolve => server.close(resolve)); };
  return provider;
}
