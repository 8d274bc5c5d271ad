import { describe, expect, it } from 'vitest';
import { metricIds, metricSpec } from './metrics';
import { prometheusName } from './prometheus-name';

describe('the name of a metric in Prometheus', () => {
  it('is that of the usual exporters where they have one', () => {
    expect(prometheusName('gpu.temperatureC')).toEqual({ name: 'DCGM_FI_DEV_GPU_TEMP', type: 'gauge', scale: 1 });
    expect(prometheusName('disk.readBytes')).toEqual({ name: 'node_disk_read_bytes_total', type: 'counter', scale: 1 });
  });

  it('is one of our own in base units where they have none', () => {
    expect(prometheusName('gpu.temperatureMarginC').name).toBe('gantry_gpu_temperature_margin_celsius');
    expect(prometheusName('node.cpuBusyPercent')).toEqual({
      name: 'gantry_node_cpu_busy_ratio',
      type: 'gauge',
      scale: 0.01,
    });
    expect(prometheusName('node.swapUsedBytes').name).toBe('gantry_node_swap_used_bytes');
  });

  it('is one that Prometheus takes, and no other metric has it', () => {
    const names = metricIds.map((id) => prometheusName(id).name);
    expect(names.filter((name) => !/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name))).toEqual([]);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it('says the unit where the name is our own', () => {
    const silent = metricIds.filter((id) => {
      const { unit, prometheus } = metricSpec(id);
      const { name } = prometheusName(id);
      return (
        !prometheus &&
        unit !== 'count' &&
        unit !== 'bits' &&
        !/_(ratio|bytes|watts|joules|celsius|hertz|second)/.test(name)
      );
    });
    expect(silent).toEqual([]);
  });
});
