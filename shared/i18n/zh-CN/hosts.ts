import type { Catalogue } from '../catalogue';
import type { hosts as english } from '../en/hosts';

export const hosts: Catalogue<typeof english> = {
  error: {
    dns: {
      title: '无法解析名称 {{address}}',
      explain: '本工作站查询的名称服务器都没有 {{address}} 的地址。',
      todo: '请检查拼写，或在终端中试试 `getent hosts {{address}}`。只有 VPN 或其他网络才知道的名称，需要先接入该网络；只有网关才知道的名称，需要配置 ProxyJump。',
    },
    refused: {
      title: '{{address}} 拒绝了端口 {{port}} 上的连接',
      explain: '该机器有应答，但端口 {{port}} 上没有服务在监听。',
      todo: '请检查端口，并在节点上确认 SSH 服务正在运行：`systemctl status ssh` 或 `sshd`。设置为拒绝（reject）的防火墙也会表现为同样的现象。',
    },
    unreachable: {
      title: '无法到达 {{address}}',
      explain: '从这里没有通往 {{address}} 端口 {{port}} 的路由，或者网关无法打开该连接。',
      todo: '请确认节点已开机，其网络或 VPN 正常。若节点在网关之后，请在网关上尝试同样的连接。',
    },
    timeout: {
      title: '{{address}} 未及时应答',
      explain: '在 {{timeoutMs}} 毫秒内没有收到来自 {{address}} 端口 {{port}} 的任何应答。',
      todo: '请确认节点已开机，且途中没有防火墙丢弃数据包。若链路较慢，请在设置中调高连接时限。',
    },
    'auth-failed': {
      title: '用户 {{user}} 的登录未被接受',
      explain: '节点提供了若干登录方式，但可以尝试的方式都没有成功。',
      todo: '请对比节点提供的方式与已尝试的方式。如果应当使用密钥，请确认其公钥在 {{user}} 的 `~/.ssh/authorized_keys` 中，并且密钥已加载（`ssh-add -l`）。如果用户名有误，请在主机设置中修改。',
    },
    'host-key-rejected': {
      title: '主机密钥未被接受',
      explain: '该节点的密钥不在 known_hosts 中，您也没有确认它。',
      todo: '请向节点的管理者索取指纹（在节点上运行 `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`），核对后再次连接。',
    },
    'host-key-changed': {
      title: '主机密钥已更改',
      explain:
        '节点出示的密钥与 {{knownHostsFile}} 中的不同。可能是节点重装过，可能是该地址现在属于另一台机器，也可能有人在中间拦截。没有向它发送任何内容。',
      todo: '请先查明原因再继续。如果新密钥无误，请从 {{knownHostsFile}} 中删除旧的一行（`ssh-keygen -R`），然后重新连接并核对指纹。',
    },
    'not-ssh': {
      title: '端口 {{port}} 上没有 SSH 服务',
      explain: '{{address}} 端口 {{port}} 上应答的是其他服务。它的应答是：{{detail}}',
      todo: '请检查端口。那里监听的可能是网页服务器、串口控制台或负载均衡器。',
    },
    handshake: {
      title: '无法建立 SSH 连接',
      explain: '服务器有应答，但双方未能达成一致：{{detail}}',
      todo: '请稍后再试：繁忙的服务器会丢弃新连接。如果问题持续，可能是服务器对本客户端而言过旧或过严；其日志（`journalctl -u ssh`）会说明它要求的算法。',
    },
    'connection-lost': {
      title: '连接已中断',
      explain: '连接在使用中断开：{{detail}}。当时正在运行的命令视为丢失。',
      todo: 'Gantry 会自动重新连接。如果一直没有恢复，请检查节点的电源和网络。',
    },
    'no-shell': {
      title: '可以登录，但没有 shell',
      explain: '节点没有启动 /bin/sh，而是输出：{{detail}}',
      todo: '请使用带有 POSIX shell 的登录账户。设为 `nologin` 的服务账户、强制命令或交换机自带的命令行均无法使用。',
    },
    'bad-config': {
      title: 'SSH 配置有误',
      explain: '{{detail}}',
      todo: '请修正 ssh config 中的条目，或手动输入该主机。',
    },
    unsupported: {
      title: '此处无法执行',
      explain: '{{detail}}',
      todo: '如需在节点上运行命令，请通过 SSH 添加该节点。',
    },
    cancelled: {
      title: '已取消',
      explain: '连接在完成之前被放弃。',
      todo: '您可以随时重新连接。',
    },
  },
  errorFact: {
    offered: '服务器提供的方式',
    tried: '已尝试',
    skipped: '不可用',
    offeredKey: '现在提供的密钥',
    knownKey: '先前记录的密钥',
    file: '文件',
    via: '网关',
  },
  keyProblem: {
    missing: '文件不存在',
    unusable: '无法使用：{{detail}}',
    notPrivate: '不是私钥',
    noPassphrase: '未提供口令',
    wrongPassphrase: '口令错误',
    limit: '未再尝试其他密钥：服务器一般只允许尝试约 {{limit}} 个',
    agent: '没有应答：{{detail}}',
  },
  config: {
    unreadable: '无法读取：{{detail}}',
    malformed: '无法理解：{{detail}}',
    includeDepth: 'Include 嵌套超过 {{limit}} 层文件。',
    matchSkipped: 'Match {{name}} 不会被求值，该段已被忽略。',
    proxyCommand: '不支持 ProxyCommand，请使用 ProxyJump。',
    hopInvalid: 'ProxyJump {{hop}} 不符合 [user@]host[:port] 的形式。',
    tooManyHops: 'ProxyJump 经过的网关超过 {{limit}} 个。',
  },
  list: {
    userMissing: '@ 之前没有用户名。',
    userInvalid: '“{{user}}”不是用户名。',
    addressMissing: '没有主机名。',
    addressInvalid: '“{{address}}”既不是主机名，也不是地址。',
    portInvalid: '“{{port}}”不是端口（1 到 65535）。',
    sameLine: '与第 {{line}} 行相同。',
    alreadyAdded: '已添加，名称为 {{name}}。',
  },
  duplicate: '该主机已存在，名称为 {{name}}。',
  kindFixed: '{{name}} 不能改为其他类型的主机。请另行添加。',
  nothingToTest: '这里没有可以测试的连接。',
  step: {
    resolve: '解析名称',
    connect: '连接',
    'host-key': '核对主机密钥',
    authenticate: '登录',
    shell: '启动 shell',
    sudo: '查询 sudo',
  },
  sudo: {
    root: '登录用户是 root。',
    passwordless: 'sudo 无需密码即可使用。',
    denied: 'sudo 要求密码或拒绝执行：需要 root 的内容会报告为“被拒绝”。',
    'no-sudo': '节点上没有 sudo：需要 root 的内容会报告为“被拒绝”。',
    unknown: '尚不清楚 sudo 是否可用。',
  },
  connection: {
    idle: '未连接',
    connecting: '正在连接',
    connected: '已连接',
    reconnecting: '正在重新连接',
    failed: '无法到达',
  },
  prompt: {
    password: '{{target}} 的密码',
    passphrase: '密钥 {{target}} 的口令',
    keyboardInteractive: '{{target}} 询问',
    retry: '未被接受，请重试。',
    remember: '保存到本工作站的钥匙串',
    hostKey: '{{target}} 尚未登记。其 {{keyType}} 密钥的指纹为 {{sha256}}。接受之前，请与节点管理者提供的指纹核对。',
    accept: '接受并保存密钥',
    cancel: '取消',
  },
};
