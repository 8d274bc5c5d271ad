/**
 * `error.<code>` has one entry per HostError code, as it is spelled there: `title` (what happened), `explain` (what that
 * means) and `todo` (what to do). They use the error's plain values only; what was offered and tried is under `errorFact`.
 */
export const hosts = {
  error: {
    dns: {
      title: 'The name {{address}} could not be resolved',
      explain: 'No name server this workstation asks knows an address for {{address}}.',
      todo: 'Check the spelling, or try `getent hosts {{address}}` in a terminal. A name that only a VPN or another network knows needs that connection first; a name that only a gateway knows needs a ProxyJump.',
    },
    refused: {
      title: '{{address}} refused the connection on port {{port}}',
      explain: 'The machine answers, but nothing listens on port {{port}}.',
      todo: 'Check the port, and on the node that the SSH server runs: `systemctl status ssh` or `sshd`. A firewall set to reject looks the same.',
    },
    unreachable: {
      title: '{{address}} can not be reached',
      explain: 'There is no route to {{address}} port {{port}} from here, or the gateway could not open it.',
      todo: 'Check that the node is on and that its network or VPN is up. Behind a gateway, try the same connection from the gateway.',
    },
    timeout: {
      title: '{{address}} did not answer in time',
      explain: 'Nothing came back from {{address}} port {{port}} within {{timeoutMs}} ms.',
      todo: 'Check that the node is on and that no firewall drops the packets on the way. On a slow link, raise the connection time limit in the settings.',
    },
    'auth-failed': {
      title: 'The login of {{user}} was not accepted',
      explain: 'The node offered ways to log in, and none of those that could be tried worked.',
      todo: 'Compare what was offered with what was tried. If a key should work, check that its public half is in `~/.ssh/authorized_keys` of {{user}} and that the key is loaded (`ssh-add -l`). If the user is wrong, change it in the host’s settings.',
    },
    'host-key-rejected': {
      title: 'The host key was not accepted',
      explain: 'The node’s key is not in known_hosts and you did not confirm it.',
      todo: 'Ask whoever runs the node for its fingerprint (`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the node), compare, and connect again.',
    },
    'host-key-not-saved': {
      title: 'The host key could not be saved',
      explain:
        'The key was accepted but not written to known_hosts, and without that it can not be checked next time. {{detail}}',
      todo: 'Mend the file or name another one in Settings, then connect again.',
    },
    'host-key-changed': {
      title: 'The host key has changed',
      explain:
        'The node shows another key than the one in {{knownHostsFile}}. It was reinstalled, or its address now belongs to another machine, or someone is in between. Nothing was sent to it.',
      todo: 'Find out why before you go on. If the new key is right, remove the old line from {{knownHostsFile}} (`ssh-keygen -R`), then connect again and compare the fingerprint.',
    },
    'not-ssh': {
      title: 'There is no SSH server on port {{port}}',
      explain: 'Something else answers at {{address}} port {{port}}. It said: {{detail}}',
      todo: 'Check the port. A web server, a serial console or a load balancer may be listening there.',
    },
    unanswered: {
      title: 'The node did not wait for your answer',
      explain:
        'It closed the connection while a question was open. A server waits for a login only so long: `LoginGraceTime`, usually two minutes.',
      todo: 'Connect again, and have the answer at hand.',
    },
    busy: {
      title: 'The server hung up before the login',
      explain: 'It took the connection and dropped it again: {{detail}}',
      todo: 'Try again in a moment: a server with many logins going on drops new ones (`MaxStartups`). If it stays, something may keep this workstation out, such as fail2ban or `/etc/hosts.deny`; the node’s log (`journalctl -u ssh`) says so.',
    },
    'forwarding-refused': {
      title: 'The gateway does not let anyone through to {{address}}',
      explain: 'The login on the gateway works, but it refuses to open a connection to {{address}} port {{port}}.',
      todo: 'On the gateway, check `AllowTcpForwarding` and `PermitOpen` in sshd_config, and `restrict` or `permitopen` before the key in `~/.ssh/authorized_keys`.',
    },
    handshake: {
      title: 'The SSH connection could not be set up',
      explain: 'The server answered, but the two sides did not come to an agreement: {{detail}}',
      todo: 'The server may be too old or too strict for this client; its log (`journalctl -u ssh`) says which algorithm it wanted.',
    },
    'connection-lost': {
      title: 'The connection was lost',
      explain: 'The connection ended while it was in use: {{detail}}. Commands that ran at that moment count as lost.',
      todo: 'Gantry reconnects by itself. If it does not come back, check the node’s power and network.',
    },
    'no-shell': {
      title: 'The login works, but there is no shell',
      explain: 'Instead of starting /bin/sh the node said: {{detail}}',
      todo: 'Use a login with a POSIX shell. A service account with `nologin`, a forced command or a switch’s own command line can not be used.',
    },
    'no-encoder': {
      title: 'The node lacks a basic tool',
      explain: 'It has neither base64 nor od, so what commands print can not be carried over exactly. Nothing was run.',
      todo: 'Install coreutils or busybox on the node.',
    },
    'bad-config': {
      title: 'The SSH configuration does not work out',
      explain: '{{detail}}',
      todo: 'Correct the entry in ssh config, or enter the host by hand.',
    },
    unsupported: {
      title: 'This is not possible here',
      explain: '{{detail}}',
      todo: 'Add the node over SSH to run commands on it.',
    },
    cancelled: {
      title: 'Cancelled',
      explain: 'The connection was given up before it was complete.',
      todo: 'Connect again whenever you like.',
    },
  },
  errorFact: {
    offered: 'Methods the server offers',
    tried: 'Tried',
    skipped: 'Not usable',
    offeredKey: 'Key offered now',
    knownKey: 'Key known before',
    file: 'File',
    via: 'Gateway',
  },
  keyProblem: {
    missing: 'no such file',
    unusable: 'can not be used: {{detail}}',
    notPrivate: 'not a private key',
    noPassphrase: 'its passphrase was not given',
    wrongPassphrase: 'wrong passphrase',
    limit: 'no further key was tried after these {{limit}}; name the right one (IdentityFile, with IdentitiesOnly)',
    agent: 'it does not answer: {{detail}}',
  },
  config: {
    unreadable: 'It can not be read: {{detail}}',
    notFile: 'It is not a text file, so it is not read.',
    quoteOpen: 'A quotation mark is not closed; the line is left out.',
    noValue: '{{keyword}} has no value; the line is left out.',
    includeDepth: 'Include is nested deeper than {{limit}} files.',
    matchSkipped: 'Match {{name}} is not evaluated; its section is left out.',
    proxyCommand: 'ProxyCommand is not supported; use ProxyJump.',
    hopInvalid: 'ProxyJump {{hop}} is not of the form [user@]host[:port].',
    tooManyHops: 'ProxyJump goes over more than {{limit}} gateways.',
  },
  list: {
    userMissing: 'There is no user name before the @.',
    userInvalid: '“{{user}}” is not a user name.',
    addressMissing: 'There is no host name.',
    addressInvalid: '“{{address}}” is neither a host name nor an address.',
    portInvalid: '“{{port}}” is not a port (1 to 65535).',
    oneEach: 'There is more than one address here; give each its own line.',
    sameLine: 'The same as line {{line}}.',
    alreadyAdded: 'Already added as {{name}}.',
  },
  // What of an Ansible inventory is not taken over.
  ansible: {
    empty: 'There is no host in this file.',
    isScript:
      'This is a script. Gantry runs no inventory scripts; import what “ansible-inventory --list” prints instead.',
    unreadable: 'This file can not be read, or is too large. It was left out.',
    isVault: 'The whole file is encrypted with Ansible Vault. Gantry opens no vaults.',
    badYaml: 'This is no valid YAML: {{detail}}',
    notAnInventory: 'An inventory in YAML has groups by name at its top.',
    notAGroup: '“{{group}}” should be a group with hosts, vars or children.',
    hostsNotAMap: 'The hosts of “{{group}}” should be names with a colon each, not a list.',
    varsNotAMap: 'The variables of “{{name}}” should be names with values.',
    unknownKey: '“{{key}}” is no part of group “{{group}}”: hosts, vars or children would be.',
    tooDeep: 'Group “{{group}}” is nested too deep, or the file too large. It was left out.',
    tooManyHosts: 'There are more hosts than can be imported at once. The rest was left out.',
    unknownSection:
      '{{section}} is not a section: [NAME], [NAME:vars] or [NAME:children] would be. What is in it was left out.',
    badRange: '“{{pattern}}” is not a range of hosts such as gpu[01:16], or a range of too many.',
    notAVariable: '“{{text}}” is not a variable with a value.',
    badChild: '“{{text}}” is not the name of a group.',
    openQuote: 'A quote is not closed. The line was left out.',
    template: '{{variable}} is a template. Templates are not evaluated; it was left out.',
    vault: '{{variable}} is encrypted with Ansible Vault. It was left out.',
    secret: '{{variable}} is a secret. Secrets are never imported; you are asked when one is needed.',
    sshOption: 'The ssh option “{{option}}” is not taken over.',
    notSsh: '{{host}} is reached by “{{connection}}”, not over SSH. It was left out.',
    badAddress: '{{host}}: “{{address}}” is neither a host name nor an address. It was left out.',
    badPort: '“{{port}}” is not a port (1 to 65535). It was left out.',
    badUser: '“{{user}}” is not a user name. It was left out.',
    cycle: 'These groups contain each other: {{groups}}.',
  },
  duplicate: 'This host is already there as {{name}}.',
  kindFixed: '{{name}} can not be turned into another kind of host. Add a new one instead.',
  nothingToTest: 'There is no connection to test here.',
  step: {
    resolve: 'Resolve the name',
    connect: 'Connect',
    'host-key': 'Check the host key',
    authenticate: 'Log in',
    shell: 'Start a shell',
    sudo: 'Ask for sudo',
  },
  prompt: {
    password: 'Password of {{target}}',
    passphrase: 'Passphrase of the key {{target}}',
    keyboardInteractive: '{{target}} asks',
    retry: 'That was not accepted. Try again.',
    remember: 'Remember it in the keychain of this workstation',
    hostKey:
      '{{target}} is not known yet. Its {{keyType}} key has the fingerprint {{sha256}}. Compare it with what whoever runs the node says before you accept.',
    accept: 'Accept and save the key',
    cancel: 'Cancel',
  },
};
