export const forms = {
  dontKnow: '不清楚',
  dontKnowLabel: '不清楚：{{field}}',
  required: '此项必填。如果不清楚，请勾选“不清楚”。',
  requiredHere: '此项必填。',
  notANumber: '请输入数字。',
  notWhole: '请输入整数。',
  tooSmall: '不能小于 {{limit}}。',
  tooLarge: '不能大于 {{limit}}。',
  yes: '是',
  no: '否',
  choose: '请选择',
};
