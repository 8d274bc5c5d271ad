export const ownTrees = {
  noFolder: '尚未选择自定义诊断树目录。请在设置中选择，或运行 `gantry tree folder FOLDER`。',
  badName: '“{{name}}”不能用作诊断树文件名：只允许字母、数字、点、连字符和下划线，并以 .yaml 结尾。',
  badId: '“{{id}}”不能用作诊断树 ID：只允许小写字母、数字和连字符，且以字母开头。',
  noText: '{{name}} 不是 1 MiB 以内的文本文件。',
  tooLarge: '{{name}} 超过 1 MiB，诊断树文件不允许这么大。',
  tooManyFiles: '{{count}} 个文件超过单次上限 {{limit}} 个。',
  badZip: '无法解压 {{name}}：{{detail}}',
} as const;
