import type { PartReader } from './part';

/** The management controller. A node without one has none, which is known where its probe could look. */
export const bmcParts: PartReader = {
  kind: 'bmc',
  needs: ['bmc'],
  attributes: { vendor: 'none', firmwareVersion: 'none', ipmiVersion: 'none' },
  counters: {},
  read({ bmc }) {
    if (bmc?.presence !== 'present') return [];
    return [
      {
        kind: 'bmc',
        slot: 'BMC',
        identity: null,
        model: bmc.product,
        attributes: { vendor: bmc.manufacturer, firmwareVersion: bmc.firmwareVersion, ipmiVersion: bmc.ipmiVersion },
        counters: {},
        source: { probeId: 'bmc', factPath: '' },
      },
    ];
  },
};

/** Power supplies that the BMC's sensors tell of, with the serial numbers of its list of parts. */
export const powerSupplyParts: PartReader = {
  kind: 'power-supply',
  needs: ['bmc-sensors'],
  attributes: { state: 'none', vendor: 'none', firmwareVersion: 'none' },
  counters: {},
  read({ 'bmc-sensors': sensors }) {
    return (sensors?.powerSupplies ?? []).flatMap((supply, index) => {
      if (supply.state === 'absent') return [];
      return [
        {
          kind: 'power-supply',
          slot: supply.name,
          identity: supply.serial,
          model: supply.model,
          attributes: {
            state: supply.state,
            vendor: supply.manufacturer,
            firmwareVersion: supply.firmwareVersion,
          },
          counters: {},
          source: { probeId: 'bmc-sensors', factPath: `powerSupplies.${index}` },
        },
      ];
    });
  },
};

/** Fans: their speed is a reading, whether they turn at all is not. */
export const fanParts: PartReader = {
  kind: 'fan',
  needs: ['bmc-sensors'],
  attributes: { state: 'none' },
  counters: {},
  read({ 'bmc-sensors': sensors }) {
    return (sensors?.fans ?? []).flatMap((fan, index) =>
      fan.state === 'absent'
        ? []
        : [
            {
              kind: 'fan',
              slot: fan.name,
              identity: null,
              model: null,
              attributes: { state: fan.state },
              counters: {},
              source: { probeId: 'bmc-sensors', factPath: `fans.${index}` },
            },
          ],
    );
  },
};

/** UPSes that this node watches; several nodes may watch one. */
export const upsParts: PartReader = {
  kind: 'ups',
  needs: ['ups'],
  attributes: { vendor: 'none', firmwareVersion: 'none', nominalPowerW: 'watts', batteryDate: 'none' },
  counters: {},
  read({ ups }) {
    return (ups?.devices ?? []).map((device, index) => ({
      kind: 'ups',
      slot: device.name,
      identity: device.serial,
      model: device.model,
      attributes: {
        vendor: device.manufacturer,
        firmwareVersion: device.firmwareVersion,
        nominalPowerW: device.nominalPowerW,
        batteryDate: device.batteryDate,
      },
      counters: {},
      source: { probeId: 'ups', factPath: `devices.${index}` },
    }));
  },
};
