import { platform } from 'node:os';
import type { SettingsStore } from '../store/settings';
import { engine, translateErrors } from './errors';
import type { Notices } from './notices';

export interface SystemInfo {
  readonly version: string;
  readonly dataDir: string;
  readonly secretStorage: 'keychain' | 'memory';
}

export function systemProcedures(info: SystemInfo, settings: SettingsStore, notices: Notices) {
  const { system } = engine;
  return {
    info: system.info.use(translateErrors).handler(() => ({ ...info, platform: platform() })),
    watchNotices: system.watchNotices.use(translateErrors).handler(({ signal }) => notices.watch(signal)),
    settings: system.settings.use(translateErrors).handler(() => settings.get()),
    updateSettings: system.updateSettings.use(translateErrors).handler(({ input }) => settings.update(input)),
  };
}
