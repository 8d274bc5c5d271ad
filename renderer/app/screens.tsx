import {
  IconAlertSquareRounded,
  IconBell,
  IconChartLine,
  IconGridDots,
  IconListCheck,
  IconPackage,
  IconPuzzle,
  IconServer2,
  IconSettings,
  IconShieldHalf,
  IconStethoscope,
  type TablerIcon,
} from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';
import { FleetScreen } from '../screens/fleet/fleet-screen';
import type { Route, ScreenName } from './router';

interface ScreenEntry {
  /** Where the navigation leads. */
  route: Route;
  icon: TablerIcon;
  isInNavigation: boolean;
  Component: ComponentType;
}

/**
 * Every screen, one entry each, in the order of the navigation and of its keys, Ctrl+1 and on. The fleet is there at
 * once; the others come when they are first opened. A screen reads its own parameters with `useRoute`.
 */
const entries: Record<ScreenName, ScreenEntry> = {
  fleet: { route: { screen: 'fleet' }, icon: IconServer2, isInNavigation: true, Component: FleetScreen },
  node: {
    route: { screen: 'fleet' },
    icon: IconServer2,
    isInNavigation: false,
    Component: lazy(async () => ({ default: (await import('../screens/node/node-screen')).NodeScreen })),
  },
  heatMap: {
    route: { screen: 'heatMap' },
    icon: IconGridDots,
    isInNavigation: true,
    Component: lazy(async () => ({ default: (await import('../screens/heat-map/heat-map-screen')).HeatMapScreen })),
  },
  metrics: {
    route: { screen: 'metrics' },
    icon: IconChartLine,
    isInNavigation: true,
    Component: lazy(async () => ({ default: (await import('../screens/metrics/metrics-screen')).MetricsScreen })),
  },
  alerts: {
    route: { screen: 'alerts' },
    icon: IconBell,
    isInNavigation: true,
    Component: lazy(async () => ({ default: (await import('../screens/alerts/alerts-screen')).AlertsScreen })),
  },
  protection: {
    route: { screen: 'protection' },
    icon: IconShieldHalf,
    isInNavigation: true,
    Component: lazy(async () => ({
      default: (await import('../screens/protection/protection-screen')).ProtectionScreen,
    })),
  },
  diagnose: {
    route: { screen: 'diagnose' },
    icon: IconStethoscope,
    isInNavigation: true,
    Component: lazy(async () => ({ default: (await import('../screens/diagnose/diagnose-screen')).DiagnoseScreen })),
  },
  incidents: {
    route: { screen: 'incidents' },
    icon: IconAlertSquareRounded,
    isInNavigation: true,
    Component: lazy(async () => ({ default: (await import('../screens/incidents/incidents-screen')).IncidentsScreen })),
  },
  work: {
    route: { screen: 'work' },
    icon: IconListCheck,
    isInNavigation: true,
    Component: lazy(async () => ({ default: (await import('../screens/work/work-screen')).WorkScreen })),
  },
  parts: {
    route: { screen: 'parts' },
    icon: IconPuzzle,
    isInNavigation: true,
    Component: lazy(async () => ({ default: (await import('../screens/parts/parts-screen')).PartsScreen })),
  },
  setup: {
    route: { screen: 'setup' },
    icon: IconPackage,
    isInNavigation: true,
    Component: lazy(async () => ({ default: (await import('../screens/setup/setup-screen')).SetupScreen })),
  },
  settings: {
    route: { screen: 'settings' },
    icon: IconSettings,
    isInNavigation: true,
    Component: lazy(async () => ({ default: (await import('../screens/settings/settings-screen')).SettingsScreen })),
  },
};

export const screens = (Object.keys(entries) as ScreenName[]).map((name) => ({ name, ...entries[name] }));

/** With their keys: a number each, 0 for the tenth, and the settings what is usual for them. */
export const navigation = screens
  .filter(({ isInNavigation }) => isInNavigation)
  .map((screen, index) => ({ ...screen, key: screen.name === 'settings' ? ',' : String((index + 1) % 10) }));

export function screenOf(route: Route): ComponentType {
  return entries[route.screen].Component;
}
