/** What a comparison of a node with its profile comes to. */
export const profiles = {
  builtIn: 'The profile {{id}} is built in and can’t be changed or removed. Give yours another id.',
  notRead: 'Nothing has been read from this node yet.',
  empty: 'Nothing of this node was chosen for the profile.',
  wanted: {
    equals: '{{value}}',
    'one-of': 'one of {{value}}',
    like: '{{value}}',
    between: '{{value}} to {{other}}',
    'at-least': 'at least {{value}}',
    'at-most': 'at most {{value}}',
  },
  title: {
    missing: '{{kind}}: {{found}} found, {{wanted}} expected',
    extra: '{{kind}}: {{found}} found, {{wanted}} expected',
    unread: '{{kind}}: could not be read',
    unknown: '{{kind}}: {{attribute}} could not be read ({{count}})',
    value_one: '{{kind}}: {{attribute}} is {{found}}, expected {{wanted}}',
    value_other: '{{kind}}: {{attribute}} is {{found}} on {{count}} of them, expected {{wanted}}',
  },
  explanation: {
    missing:
      'The profile {{profile}} expects {{wanted}} of {{model}}; {{found}} answered. Missing hardware is unplugged, broken, switched off in the BIOS, or lost by its driver.',
    emptySlots: 'Empty: {{slots}}.',
    extra: 'The profile {{profile}} expects {{wanted}} of {{model}}; there are {{found}}.',
    state: 'The part is there and does not work: its state is {{found}}, where {{profile}} expects {{wanted}}.',
    model: 'Another part is in its place: {{found}}, where {{profile}} expects {{wanted}}.',
    link: 'The link runs below what {{profile}} expects: {{found}} instead of {{wanted}}. A part that is not seated well, a riser, a cable or a port setting holds it back, and transfers take longer.',
    firmware:
      'Its firmware is {{found}}, {{profile}} expects {{wanted}}. Parts with different firmware behave differently under the same load, and a known fault may be mended in one only.',
    power:
      'The power limit is {{found}}, {{profile}} expects {{wanted}}. A lower limit costs clock rate; a higher one more heat and power than the rack was planned for.',
    ecc: 'ECC is {{found}}, {{profile}} expects {{wanted}}. Without it, memory errors go unnoticed and end up in results.',
    driver:
      'The version is {{found}}, {{profile}} expects {{wanted}}. Nodes of one job with different versions fail in ways that are hard to find.',
    setting: 'It is {{found}}, {{profile}} expects {{wanted}}.',
    unknown: 'Whether it is {{wanted}}, as {{profile}} expects, could not be read. That is no sign that all is well.',
    unread:
      'The profile {{profile}} says what should be there, and no probe could read it. That is no sign that all is well.',
  },
  fromNode: 'Made from node {{node}} on {{date}}',
};
