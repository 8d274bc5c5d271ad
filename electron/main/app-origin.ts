import type { IpcMainEvent, WebFrameMain } from 'electron';

export const appScheme = 'app';
export const appHost = 'gantry';
export const appIndexUrl = `${appScheme}://${appHost}/index.html`;

/** True for pages that our own scheme serves, whatever their path. */
export function isAppUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  return protocol === `${appScheme}:` && host === appHost;
}

/** True when a message comes from the top frame of one of our own pages, and not from a frame inside it. */
export function isTrustedSender(event: IpcMainEvent): boolean {
  const frame: WebFrameMain | null = event.senderFrame;
  return frame !== null && frame === event.sender.mainFrame && isAppUrl(frame.url);
}
