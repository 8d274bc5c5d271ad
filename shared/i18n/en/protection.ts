export const protection = {
  notRead: 'The power limits of this node could not be read: {{detail}}',
  noGpu: 'This node lists no NVIDIA GPU, so there is nothing that protection could do.',
  fixedLimit:
    'Neither power limits nor clocks of this node can be lowered, so there is nothing that protection could do.',
  needsClocks:
    'No power limit of this node can be lowered, only its clocks, and that has to be accepted (--clocks): a lock that somebody set before is lost when it is put back.',
  needsRoot:
    'Protection sets limits as root, and this login has no root without a password. This line in sudoers would allow it: {{line}}',
  notRestored_one:
    '{{count}} limit is not back yet. It is tried on as soon as the node answers, also after a restart of Gantry.',
  notRestored_other:
    '{{count}} limits are not back yet. It is tried on as soon as the node answers, also after a restart of Gantry.',
  isHeld:
    'Protection has set a limit on this node. Put it back first (gantry protection restore); without the node nobody could.',
  needsWatching:
    'Protection is armed on this node and acts on its samples, so it has to be watched. Disarm it first (gantry protection disarm).',
  mode: { armed: 'armed', 'dry-run': 'dry run' },
  nobody: 'Nothing is carried out now: the Gantry app is not running on this workstation.',
  tripped:
    'The circuit breaker is open since {{time}}: limits were about to be lowered on more than {{count}} of the nodes within five minutes. No limit is lowered until a person resets it (gantry protection breaker --reset).',
  end: {
    cool: 'cool again, limit back',
    time: 'its time was over, limit back; arm again to go on',
    failed: 'steps failed, limit back; arm again to go on',
    asked: 'put back by a person; arm again to go on',
    ended: 'Gantry ended, limit back',
    foreign: 'somebody else set the limit, left as it is; arm again to go on',
    fixed: 'the limit can’t be lowered',
  },
  incident: 'Protection on {{host}}',
  held: 'limit set',
  goingBack: 'going back',
  armed: '{{host}} is armed: Gantry may lower limits of its GPUs from now on.',
  dryRun: '{{host}} is watched as a dry run: what would be done is written to the audit log (gantry action log).',
  disarmed: '{{host}} is disarmed. What was set goes back.',
  restored_one: '{{count}} limit is back as it was.',
  restored_other: '{{count}} limits are back as they were.',
  breaker_one: 'Circuit breaker: at most {{count}} node ({{share}} % of the fleet) within five minutes.',
  breaker_other: 'Circuit breaker: at most {{count}} nodes ({{share}} % of the fleet) within five minutes.',
  off: 'Off on every node.',
  breakerNothing: 'Say --share or --reset.',
  step: {
    arm: 'Armed: {{reason}}',
    'arm-dry': 'Dry run begun: {{reason}}',
    disarm: 'Disarmed: {{reason}}',
    restore: 'A person wanted everything back',
    'step-down': 'Lowered from {{from}} to {{to}} {{unit}} at {{now}} °C (hot from {{limit}} °C)',
    'step-up': 'Raised from {{from}} to {{to}} {{unit}} at {{now}} °C',
    'step-back': 'Putting back {{to}} {{unit}}, from {{from}} {{unit}}',
    'would-step': 'Dry run: would lower from {{from}} to {{to}} {{unit}} at {{now}} °C (hot from {{limit}} °C)',
    cooled: 'Cooled at {{value}} {{unit}}, from {{before}} to {{now}} °C',
    'not-cooled': 'Did not cool at {{value}} {{unit}}: {{before}} °C before, {{now}} °C now',
    restored: 'Back at {{original}} {{unit}}',
    'set-by-others': 'Somebody else set the limit; left as it is, it had been {{original}} {{unit}}',
    'stopped-by-breaker': 'Hot at {{now}} °C, but the circuit breaker is open',
    'locked-by-others':
      'Runs at {{clock}} of {{top}} MHz and the driver names no cause: somebody may have locked its clock, which is left alone',
    waits: 'At {{now}} °C: waits for {{operator}} on {{machine}}, who is changing the node ({{what}})',
    'limit-fixed': 'Its limit can’t be lowered',
    failed: 'A step failed: {{detail}}',
    'breaker-trip_one': 'The circuit breaker opened: {{count}} node within five minutes',
    'breaker-trip_other': 'The circuit breaker opened: {{count}} nodes within five minutes',
    'breaker-set': 'Circuit breaker set to {{share}} % of the fleet: {{reason}}',
  },
};
