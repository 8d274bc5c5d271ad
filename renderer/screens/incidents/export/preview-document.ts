/**
 * Makes a report's page showable in a frame of ours. The frame inherits our policy, which lets through style elements
 * with this page load's nonce only; the report's own have none.
 */
export function previewDocument(html: string, nonce: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const style of page.querySelectorAll('style')) style.setAttribute('nonce', nonce);
  // The page's own policy is for a browser that opens the file; here ours holds, and two would block each other's nonces.
  for (const policy of page.querySelectorAll('meta[http-equiv="Content-Security-Policy" i]')) policy.remove();
  return `<!doctype html>\n${page.documentElement.outerHTML}`;
}

/** The nonce that our page was served with; empty where there is no policy (a test). */
export function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}
