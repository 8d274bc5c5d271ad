import { create } from 'zustand';

const key = 'gantry.heatMap';

export const heatOrders = ['fleet', 'name', 'worst'] as const;
/** `fleet`: as the nodes stand in the fleet. */
export type HeatOrder = (typeof heatOrders)[number];

interface HeatViewState {
  metricId: string;
  order: HeatOrder;
  form: 'map' | 'table';
}

const usual: HeatViewState = { metricId: 'gpu.utilizationPercent', order: 'name', form: 'map' };

function remembered(): HeatViewState {
  try {
    const { metricId, order, form }: Partial<HeatViewState> = JSON.parse(localStorage.getItem(key) ?? '{}');
    return {
      metricId: typeof metricId === 'string' ? metricId : usual.metricId,
      order: heatOrders.find((one) => one === order) ?? usual.order,
      form: form === 'table' ? 'table' : 'map',
    };
  } catch {
    return usual;
  }
}

/** How the heat map is looked at; which nodes is the fleet's own filter. */
export const useHeatView = create<HeatViewState>(remembered);

useHeatView.subscribe((state) => {
  try {
    localStorage.setItem(key, JSON.stringify(state));
  } catch {
    // A full disk costs the choice of the next session, nothing else.
  }
});
