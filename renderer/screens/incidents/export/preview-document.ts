/**
 * Makes a report's page showable in a frame of ours. The frame inherits our policy, which lets through style elements
 * with this page load's nonce only; the report's own have none. The report is our own page, in which everything a node
 * printed is escaped, so its tags are the only ones there are.
 */
export function previewDocument(html: string, nonce: string): string {
  return (
    html
      .replace(/<style\b/gi, `<style nonce="${nonce}"`)
      // The page's own policy is for a browser that opens the file; here it would turn our nonce away.
      .replace(/<meta\b[^>]*http-equiv="content-security-policy"[^>]*>/gi, '')
  );
}
