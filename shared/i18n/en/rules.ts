/** What is said of alerts and the rules behind them. */
export const rules = {
  alertIsOver: 'Alert {{alert}} is over already.',
  silenceIsOver: 'A silence must end later than now.',
};
