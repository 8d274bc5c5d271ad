/** Gantry as a target of Prometheus. */
export const prometheus = {
  needsTokenAndTls:
    'Anybody who reaches {{address}} could read it. Give a token file, a certificate and its key, or serve on 127.0.0.1.',
  halfTls: 'TLS needs both a certificate and its key.',
  tokenShort:
    'The token in {{file}} is too short: at least {{least}} characters, such as `openssl rand -hex 24` prints.',
  unreadable: '{{file}} can’t be read ({{detail}}).',
  cannotListen: 'Nothing can be served on {{address}}, port {{port}} ({{detail}}).',
  noServer: 'No server is set. Give its address first.',
  serverMalformed:
    'Not as it should be: {{wrong}}. Addresses begin with http:// or https:// and hold no password; labels are NAME=VALUE.',
  serverUnreachable:
    '{{url}} can’t be reached ({{detail}}). Check the address, the network and the certificate’s authority.',
  serverRefuses: '{{url}} does not let Gantry in (status {{status}}). Check the user name and the token or password.',
  serverBusy: '{{url}} can’t take samples now (status {{status}}: {{detail}}). Gantry asks again.',
  noRemoteWrite:
    '{{url}} takes no remote write (status {{status}}). Start Prometheus with --web.enable-remote-write-receiver, or give the address for writing.',
  serverAnswers: '{{url}} answered with status {{status}}: {{detail}}',
  cannotRead: 'The samples that are kept here can’t be read ({{detail}}).',
  importFound: 'Found {{series}} series of {{nodes}} node(s).',
  importUnmapped: 'Not taken over, as it is not clear of what they are:',
  importOthers: 'The server has {{count}} other names that are no metrics of Gantry: {{names}}',
  imported:
    '{{taken}} samples taken over. {{passedOver}} are of minutes that are known here already, {{unknown}} were blank.',
  importCounted:
    '{{taken}} samples would be taken over. {{passedOver}} are of minutes that are known here already, {{unknown}} were blank.',
  listenMalformed: '{{text}} is not of the form ADDRESS:PORT, such as 127.0.0.1:9977 or [::1]:9977.',
  noHosts: 'There is no node to watch. `gantry host add` adds one.',
  serving_one: 'Serving {{count}} node at {{url}} until Ctrl-C.',
  serving_other: 'Serving {{count}} nodes at {{url}} until Ctrl-C.',
  notConnected: '{{host}} is not connected: {{reason}}',
  fleetTitle: 'Gantry: fleet of GPUs',
  nodeTitle: 'Gantry: a GPU node',
  servingTitle: 'Gantry: models that are served',
  node: 'Node',
  nodesUp: 'Nodes connected',
  nodesDown: 'Nodes not connected',
  hottest: 'Hottest GPU',
  powerTotal: 'Power of all GPUs',
  byNode: '{{name}}, mean by node',
  greatestByNode: '{{name}}, greatest by node',
  sumByNode: '{{name}}, sum by node',
  byGpu: '{{name}}, by GPU',
  ofNode: '{{name}}, of the node',
  of: { disk: 'Disks: {{name}}', network: 'Network: {{name}}', rdma: 'RDMA: {{name}}' },
  byDevice: '{{name}}, by device',
  byService: '{{name}}, by service',
  memoryUsedShare: 'GPU memory used, by node',
  memoryAvailableShare: 'Memory available',
};
