import { describeContract } from './contract-suite.ts';

describeContract('memory', async (app) => ({
  transport: {
    send: (name, params) => app.dispatch(structuredClone(name), structuredClone(params)),
    listen: app.listen,
  },
  close: async () => {},
}));
