import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol } from 'electron';
import { appHost, appScheme } from './app-origin';
import { contentSecurityPolicy } from './content-security-policy';
import { resolveAsset } from './resolve-asset';

const rendererDir = path.join(import.meta.dirname, '../renderer');

/** The build writes this where each page load gets its own nonce. */
const noncePlaceholder = '__CSP_NONCE__';

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

// Must happen before the app is ready, so at import.
protocol.registerSchemesAsPrivileged([
  { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);

/** Serves the built renderer, and nothing else, on our own scheme. */
export function serveApp(): void {
  protocol.handle(appScheme, async (request) => {
    const isOurs = request.method === 'GET' && new URL(request.url).host === appHost;
    const file = isOurs ? resolveAsset(rendererDir, request.url) : null;
    if (!file) return notFound();
    try {
      const content = await readFile(file);
      return path.extname(file) === '.html' ? page(content.toString()) : asset(file, content);
    } catch {
      return notFound();
    }
  });
}

function page(html: string): Response {
  const nonce = randomBytes(16).toString('base64');
  return new Response(html.replaceAll(noncePlaceholder, nonce), {
    headers: { ...commonHeaders('.html'), 'content-security-policy': contentSecurityPolicy(nonce) },
  });
}

function asset(file: string, content: Buffer): Response {
  return new Response(new Uint8Array(content), { headers: commonHeaders(path.extname(file)) });
}

function notFound(): Response {
  return new Response('Not found', { status: 404, headers: commonHeaders('.txt') });
}

function commonHeaders(extension: string): Record<string, string> {
  return {
    'content-type': mediaTypes[extension] ?? 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  };
}
