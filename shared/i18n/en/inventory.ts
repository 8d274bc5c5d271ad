export const inventory = {
  // Import of an offline collection.
  bundleNotRecognised: 'This file is not the output of the collector (gantry collect).',
  bundleTooNew: 'This collection was made by a newer Gantry (format {{format}}).',
  bundleTooLarge: 'This file is too large to be a collection.',
  bundleDamaged: 'This compressed file is damaged.',
  bundleCut:
    'This collection ends before its last command; what is missing shows as not read. Collect again for the rest.',
  bundleEmpty: 'This collection holds no command: it ended before it began.',

  // Facts that need a look, in the fleet.
  attentionGpuLost: 'GPU {{index}} ({{pciBusId}}) is lost.',
  attentionGpuRequiresReset: 'GPU {{index}} ({{pciBusId}}) requires a reset.',
  attentionRowRemapFailed: 'GPU {{index}} ({{pciBusId}}): remapping of a memory row failed.',
  attentionEccUncorrected: 'GPU {{index}} ({{pciBusId}}): {{count}} uncorrected ECC errors since the driver loaded.',
  attentionRowRemapPending:
    'GPU {{index}} ({{pciBusId}}): a memory row waits to be remapped, which a reset of the GPU does.',
  attentionRetirementPending:
    'GPU {{index}} ({{pciBusId}}): a memory page waits to be retired, which a reset of the GPU does.',
  attentionSramThreshold: 'GPU {{index}} ({{pciBusId}}): more SRAM errors than a GPU may have; it should be replaced.',
  attentionMemoryUnrepairable: 'GPU {{index}} ({{pciBusId}}): its memory can no longer be repaired.',
  attentionNvlinkDown: 'GPU {{index}}: {{active}} of {{total}} NVLinks are active.',
  attentionFabricManagerDown: 'Fabric Manager does not run: GPUs behind NVSwitches cannot be used.',
  attentionFabricManagerVersion: 'Fabric Manager {{version}} is not of the version of the driver ({{driver}}).',
  attentionSlowdown: 'GPU {{index}} ({{pciBusId}}) is slowed down: {{reasons}}.',
  attentionXid:
    'Xid errors in the kernel log of the last 24 hours: {{count}}, the last one Xid {{xid}} on {{pciBusId}}.',
  attentionFileSystemFull: 'File system {{mountPoint}} is {{percent}} % full.',
  attentionPortLost: 'RDMA port {{name}} has lost its link ({{detail}}).',
  attentionPortNotActive: 'RDMA port {{name}} has a link and is not active ({{detail}}): has a subnet manager seen it?',
  attentionLinkLost: 'Interface {{name}} is switched on and has no link.',
  attentionBondMemberDown: 'Bond {{name}}: its member {{detail}} is down.',
  attentionBondNoPartner: 'Bond {{name}}: no switch answers its LACP.',
  attentionSupplyFailed: 'Power supply {{name}} has failed.',
  attentionSupplyNoInput: 'Power supply {{name}} has no input.',
  attentionSupplyWarning: 'The BMC warns of power supply {{name}}.',
  attentionSensorsCritical: 'Sensors of the BMC are critical: {{names}}.',
  attentionUpsUnread: 'UPS {{name}} cannot be read: its driver gets no answer.',
  attentionUpsOnBattery: 'UPS {{name}} runs on battery.',
  attentionUpsReplaceBattery: 'UPS {{name}} wants a new battery.',
  attentionMemoryUncorrected: 'Memory errors that could not be corrected: {{count}}.',
  attentionMemoryNotUsed: '{{size}} of the memory modules are not used by the kernel.',
  attentionClock: "The node's clock is off by {{seconds}} s.",
  attentionProfile_one: 'Differs from its profile in {{count}} way.',
  attentionProfile_other: 'Differs from its profile in {{count}} ways.',
};
