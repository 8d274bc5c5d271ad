import { app } from 'electron';

/**
 * Makes this the one instance for its data folder.
 * @param onSecondInstance called when somebody starts the app again
 * @returns false when another instance runs; it has been told to come to the front
 */
export function claimSingleInstance(onSecondInstance: () => void): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', onSecondInstance);
  return true;
}
