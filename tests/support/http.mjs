// SPDX-License-Identifier: GPL-3.0-or-later
// An HTTP client that shows what really came: bytes, times, and whether the reply was complete. fetch hides all that.
import http from 'node:http';
import net from 'node:net';

// → { status, headers, text, complete, ms, firstByteMs }; rejects only when no reply head came.
export function request(url, { method = 'GET', headers = {}, body, key, agent, onData, signal } = {}) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const all = { ...headers };
    if (key) all.authorization = `Bearer ${key}`;
    if (body !== undefined) {
      all['content-type'] ??= 'application/json';
      all['content-length'] ??= Buffer.byteLength(body);
    }
    const req = http.request(url, { method, headers: all, agent: agent ?? new http.Agent({ keepAlive: false }), signal }, res => {
      const chunks = [];
      let firstByteMs;
      const done = complete => resolve({
        status: res.statusCode, headers: res.headers, text: Buffer.concat(chunks).toString(), complete,
        ms: performance.now() - began, firstByteMs,
      });
      res.on('data', bytes => { firstByteMs ??= performance.now() - began; chunks.push(bytes); onData?.(bytes); });
      res.on('end', () => done(true));
      res.on('error', () => done(false));
    });
    req.on('error', reject);
    req.end(body);
  });
}

export const chatBody = (model, extra = {}) => JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], ...extra });

export const chat = (gateway, model, { stream = false, extra = {}, ...options } = {}) => request(`${gateway.url}/v1/chat/completions`, {
  method: 'POST', key: gateway.keys.client, body: chatBody(model, stream ? { stream: true, ...extra } : extra), ...options,
});

// The data of every event of a stream, in order; text that is not JSON stays text.
export function eventsOf(text) {
  return text.split(/\r?\n\r?\n/).flatMap(block => {
    const data = block.split(/\r?\n/).filter(line => line.startsWith('data:')).map(line => line.slice(5).replace(/^ /, ''));
    if (data.length === 0) return [];
    const joined = data.join('\n');
    try { return [JSON.parse(joined)]; } catch { return [joined]; }
  });
}

export const textOf = events => events.map(event => event.choices?.[0]?.delta?.content ?? '').join('');

// Sends bytes as they are and gives back all that comes until the other side closes, or `waitMs` is over.
export function raw(port, bytes, { waitMs = 3000, until } = {}) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    let closed = false;
    const done = () => { clearTimeout(timer); socket.destroy(); resolve({ text, closed, ms: performance.now() - began, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0) }); };
    const timer = setTimeout(done, waitMs);
    socket.on('data', chunk => { text += chunk.toString('latin1'); if (until?.(text)) done(); });
    socket.on('close', () => { closed = true; done(); });
    socket.on('error', error => { if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') { clearTimeout(timer); reject(error); } });
  });
}
