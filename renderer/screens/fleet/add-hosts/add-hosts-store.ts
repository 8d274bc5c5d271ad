import { create } from 'zustand';

export type AddHostsTab = 'config' | 'manual' | 'list' | 'ansible';

export const useAddHosts = create<{ tab: AddHostsTab | null }>(() => ({ tab: null }));

export function openAddHosts(tab: AddHostsTab = 'config'): void {
  useAddHosts.setState({ tab });
}

export function closeAddHosts(): void {
  useAddHosts.setState({ tab: null });
}
