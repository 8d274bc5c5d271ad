import type { Catalogue } from '../catalogue';
import type { errors as english } from '../en/errors';

export const errors: Catalogue<typeof english> = {
  notFound: '已不存在',
  notFoundDetail: '{{what}} {{id}} 已不存在，可能已被移除。',
  invalid: '无法执行',
  conflict: '期间情况发生了变化',
  hostUnavailable: '无法使用该节点',
  storeFailed: '本机无法保存',
  storeFailedDetail:
    '已确认的内容没有丢失，但此更改未保存。请释放磁盘空间或检查数据目录的权限，然后重试。（{{detail}}）',
  inputRejected: '输入未被接受',
  inputRejectedDetail: '某个值的格式不正确。请检查各字段后重试。',
  cancelled: '已取消',
  disconnected: '引擎已断开',
  disconnectedDetail: '引擎进程在处理过程中结束。它会自动重新启动，之后请重试。',
  fileFailed: '无法读取或写入文件',
  fileFailedDetail: '{{path}}：{{code}}',
  fileTooLarge: '文件过大',
  fileTooLargeDetail: '{{path}} 大小为 {{size}}，最多可读取 {{max}}。',
  printFailed: '无法生成 PDF',
  unexpected: '发生了意外错误',
  whatToDo: '如何处理',
};
