import { session } from 'electron';
import { appScheme } from './app-origin';

/** Copy buttons need the one; a page has no business with any other. */
const allowedPermissions = new Set(['clipboard-sanitized-write']);
const localSchemes = new Set([`${appScheme}:`, 'devtools:', 'data:', 'blob:']);

/** Denies pages every permission, device and network request. */
export function denyPermissions(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, callback) =>
    callback(allowedPermissions.has(permission)),
  );
  defaultSession.setPermissionCheckHandler((_contents, permission) => allowedPermissions.has(permission));
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.webRequest.onBeforeRequest((details, callback) =>
    callback({ cancel: !localSchemes.has(new URL(details.url).protocol) }),
  );
}
