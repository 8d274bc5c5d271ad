/** The policy of the page lets through style elements with this nonce only; the build writes the meta tag. Empty where there is no policy (a test). */
export function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}
