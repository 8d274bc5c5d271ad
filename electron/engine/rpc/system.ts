import { platform } from 'node:os';
import type { Message } from '#shared/domain/text';
import type { SettingsStore } from '../store/settings';
import { engine, translateErrors } from './errors';

export interface SystemInfo {
  readonly version: string;
  readonly dataDir: string;
  readonly secretStorage: 'keychain' | 'memory';
  readonly notices: readonly Message[];
}

export function systemProcedures(info: SystemInfo, settings: SettingsStore) {
  const { system } = engine;
  return {
    info: system.info
      .use(translateErrors)
      .handler(() => ({ ...info, platform: platform(), notices: [...info.notices] })),
    settings: system.settings.use(translateErrors).handler(() => settings.get()),
    updateSettings: system.updateSettings.use(translateErrors).handler(({ input }) => settings.update(input)),
  };
}
