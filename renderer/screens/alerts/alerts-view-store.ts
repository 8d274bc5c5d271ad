import { create } from 'zustand';
import type { Severity } from '#shared/domain/finding';
import type { Grouping, StateFilter } from './alert-model';

interface AlertsView {
  state: StateFilter;
  severity: Severity;
  search: string;
  grouping: Grouping | 'none' | 'auto';
  /** Groups that somebody opened or closed. */
  toggled: ReadonlySet<string>;
}

/** How alerts are looked at, kept while other screens are open. */
export const useAlertsView = create<AlertsView>(() => ({
  state: 'open',
  severity: 'info',
  search: '',
  grouping: 'auto',
  toggled: new Set(),
}));

export function toggleAlertGroup(key: string): void {
  useAlertsView.setState(({ toggled }) => {
    const next = new Set(toggled);
    if (!next.delete(key)) next.add(key);
    return { toggled: next };
  });
}
