/** `8003`, `10.0.0.5:9400` and `http://…` as one and the same; null for what is no plain HTTP address. */
export function metricsUrlOf(text: string): string | null {
  const typed = text.trim();
  const full = /^\d{1,5}$/.test(typed) ? `127.0.0.1:${typed}` : typed;
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(full) ? full : `http://${full}`);
  } catch {
    return null;
  }
  const isPlain = url.protocol === 'http:' && url.username === '' && url.password === '' && url.hash === '';
  if (!isPlain || url.hostname === '' || url.port === '0') return null;
  return `http://${url.host}${url.pathname === '/' ? '/metrics' : url.pathname}${url.search}`;
}
