export const rma = {
  title: 'Return to the vendor (RMA)',
  lead: 'A GPU that meets a criterion is a candidate. NVIDIA’s field diagnostic has the last word.',
  criterion: {
    'row-remap-failure': 'Row remapping failed',
    'sram-threshold': 'Limit of uncorrectable SRAM errors exceeded',
    'memory-unrepairable': 'The driver calls its memory unrepairable',
    'retired-pages': '63 retired pages or more',
    'xid-64': 'Xid 64 (remapping failed) in the kernel log, and the flag still set',
    'field-diagnostic': 'Confirmed by NVIDIA’s field diagnostic',
  },
  rule: {
    'row-remap-failure':
      'Set when a bank with eight uncorrectable remaps needs one more, a row would be remapped twice, or there are 512.',
    'sram-threshold': 'Set at more than 4 (parity) or 2 (SECDED) unique uncorrectable events in one address bank.',
    'memory-unrepairable': 'Told by newer drivers.',
    'retired-pages':
      'Before Ampere. More than 15 for double-bit errors count too, if more than one a week is added: that one reading can’t tell.',
    'xid-64':
      'Counts where the flag of a failed remap is still set after a reset of the GPU. None in the log is no proof: it may begin later.',
    'field-diagnostic': 'Run by NVIDIA or with its tool; Gantry can’t.',
  },
  state: { met: 'met', 'not-met': 'not met', unknown: 'not known', 'not-applicable': 'does not apply' },
  column: { criterion: 'Criterion', state: 'State', value: 'Read', source: 'Source' },
};
