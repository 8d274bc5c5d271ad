import type { NodeFacts } from '../facts/index';
import type { NetworkInterface, RdmaDevice } from '../facts/network';
import { linkLosses } from '../link-troubles';
import type { Part, PartReader, PartValue } from './part';

/**
 * Network functions by PCI address: both ports of a card have one each. The node GUID goes with the card, and so does the
 * address that is burnt into it; virtual functions come and go with a setting and are not parts.
 */
export const nicParts: PartReader = {
  kind: 'nic',
  needs: ['network', 'rdma'],
  attributes: {
    interface: 'none',
    rdmaDevice: 'none',
    driver: 'none',
    firmwareVersion: 'none',
    boardId: 'none',
    macAddress: 'none',
    linkLayer: 'none',
    linkState: 'none',
    linkSpeed: 'megabitsPerSec',
    maxLinkSpeed: 'megabitsPerSec',
    mtu: 'count',
    numaNode: 'count',
    pfcPriorities: 'none',
    trustMode: 'none',
    ecnPriorities: 'none',
    trafficClass: 'count',
  },
  counters: {
    linkDowned: 'count',
    linkRecoveries: 'count',
    symbolErrors: 'count',
    receiveErrors: 'count',
    receiveDiscards: 'count',
  },
  read(facts) {
    const interfaces = (facts.network?.interfaces ?? []).filter(
      ({ pciBusId, isVirtualFunction }) => pciBusId && !isVirtualFunction,
    );
    const devices = (facts.rdma?.devices ?? []).filter(
      ({ pciBusId, isVirtualFunction }) => pciBusId && !isVirtualFunction,
    );
    const addresses = [...new Set([...interfaces, ...devices].map(({ pciBusId }) => pciBusId ?? ''))];
    return addresses.map((address) =>
      readNic(
        address,
        interfaces.find(({ pciBusId }) => pciBusId === address),
        devices.find(({ pciBusId }) => pciBusId === address),
        facts,
      ),
    );
  },
};

function readNic(
  address: string,
  link: NetworkInterface | undefined,
  device: RdmaDevice | undefined,
  facts: NodeFacts,
): Part {
  const port = device?.ports[0];
  const ethernet = facts['ethernet-settings']?.interfaces.find(({ name }) => name === link?.name);
  const roce = facts['roce-settings']?.interfaces.find(({ rdmaDevice }) => rdmaDevice === device?.name);
  const pci = facts.pci?.functions.find((one) => one.address === address.toLowerCase());
  const rate = port?.rateGbitPerSec ?? null;
  const statistics = ethernet?.counters ?? {};
  return {
    kind: 'nic',
    slot: address,
    identity: device?.nodeGuid ?? link?.permanentMacAddress ?? null,
    // While lspci fails there is no name: the HCA's own would read as another card.
    model: facts.pci ? (pci?.subsystemName ?? pci?.deviceName ?? device?.hcaType ?? null) : null,
    attributes: {
      interface: link?.name ?? port?.netdev ?? null,
      rdmaDevice: device?.name ?? null,
      driver: link?.driver ?? ethernet?.driver ?? null,
      firmwareVersion: device?.firmwareVersion ?? ethernet?.firmwareVersion ?? null,
      boardId: device?.boardId ?? null,
      macAddress: link?.permanentMacAddress ?? null,
      linkLayer: port?.linkLayer ?? (link ? 'Ethernet' : null),
      linkState: port?.state ?? link?.operationalState ?? null,
      // Of a port without a link the rate is a left-over.
      linkSpeed: port?.state === 'ACTIVE' && rate !== null ? rate * 1000 : (link?.speedMbitPerSec ?? null),
      maxLinkSpeed: ethernet?.maxSpeedMbitPerSec ?? null,
      mtu: link?.mtu ?? null,
      numaNode: device?.numaNode ?? link?.numaNode ?? null,
      pfcPriorities: listed(roce?.pfcPriorities),
      trustMode: roce?.trust ?? null,
      ecnPriorities: listed(roce?.ecnNotificationPriorities),
      trafficClass: roce?.trafficClass ?? null,
    },
    counters: {
      linkDowned: port?.counters.link_downed ?? (link ? linkLosses(link) : null),
      linkRecoveries: port?.counters.link_error_recovery ?? null,
      symbolErrors: port?.counters.symbol_error ?? statistics.rx_symbol_err_phy ?? null,
      receiveErrors: port?.counters.port_rcv_errors ?? link?.rxErrors ?? null,
      receiveDiscards: statistics.rx_discards_phy ?? link?.rxDropped ?? null,
    },
    source: device
      ? { probeId: 'rdma', factPath: `devices.${facts.rdma?.devices.indexOf(device) ?? 0}` }
      : { probeId: 'network', factPath: `interfaces.${link ? (facts.network?.interfaces.indexOf(link) ?? 0) : 0}` },
  };
}

function listed(priorities: readonly number[] | null | undefined): PartValue {
  return priorities ? (priorities.length > 0 ? priorities.join(',') : '–') : null;
}
