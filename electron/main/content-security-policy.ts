/**
 * The policy of our page. Styles need the nonce because Mantine writes <style> elements; style attributes that React
 * sets go through the CSSOM, which no policy blocks. Frames show report previews from `srcdoc`.
 * @param nonce fresh for each page load
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
