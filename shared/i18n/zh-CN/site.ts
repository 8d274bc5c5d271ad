export const site = {
  unknownAddress: '没有名为 {{name}} 的地址可设置。',
  badAddress:
    '{{name}}：“{{text}}”不是可用的地址。网址以 http:// 或 https:// 开头；镜像仓库按镜像名的写法，如 registry.site:5000/hub。',
  hasPassword: '{{name}}：地址中的密码会被节点上的所有用户读到，因此不接受。请让代理或镜像站对节点网络免密码开放。',
  badSetting: '{{name}} 无效。',
  privateKey: '文件中含有私钥。只能提供证书，因为它会写到每个节点上。',
  noCertificate: '其中没有证书：需要含有 -----BEGIN CERTIFICATE----- 的 PEM 文件。',
  badCertificate: '其中有证书无法读取。',
  noAuthority: '{{subject}} 不是证书颁发机构，无法用来校验。请提供签发它的证书。',
  isExpired:
    '{{subject}} 的有效期为 {{from}} 至 {{to}}（UTC），今天是 {{today}}：节点会拒绝其签发的一切证书。请向其管理者索取新的证书。',
  notYetValid:
    '{{subject}} 的有效期为 {{from}} 至 {{to}}（UTC），今天是 {{today}}：节点会拒绝其签发的一切证书。请检查本机时钟，或提供当前有效的证书。',
  nothingSet: '尚未设置：节点使用厂商自己的地址。',
  expired: '已过期',
};
