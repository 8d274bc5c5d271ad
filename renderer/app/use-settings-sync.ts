import { useMantineColorScheme } from '@mantine/core';
import { useCallback, useEffect, useRef } from 'react';
import type { Settings } from '#shared/contract/system';
import { engine, native, useConnection } from '../rpc/client';
import { type Query, useQuery } from '../rpc/use-query';
import { setLanguage } from './i18n';

export function useSettings(): Query<Settings> {
  return useQuery('settings', (signal) => engine.system.settings(undefined, { signal }));
}

/** Makes the window follow the saved settings; the shell mounts it once. */
export function useSettingsSync(): void {
  const { data } = useSettings();
  const applySettings = useApplySettings();
  useEffect(() => {
    if (data) applySettings(data);
  }, [data, applySettings]);
}

/** Shows language and colours at once, before or without their being saved. */
export function useApplySettings(): (settings: Pick<Settings, 'language' | 'colorScheme'>) => void {
  const { setColorScheme } = useMantineColorScheme();
  const latest = useRef(setColorScheme);
  latest.current = setColorScheme;
  return useCallback(({ language, colorScheme }) => {
    void setLanguage(language);
    latest.current(colorScheme);
    // The window's own frame follows; without a desktop around (in tests) there is none.
    if (useConnection.getState().hasNative) native.theme.set({ colorScheme }).catch(() => undefined);
  }, []);
}
