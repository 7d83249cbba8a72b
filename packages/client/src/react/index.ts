export {
  useChannel,
  useChannelStore,
  useMoments,
  useOccupancy,
  useOnEvent,
  useOnTick,
  useTally,
} from './channel-hooks.ts';
export { OvationProvider, useConnectionState, useOvation, type OvationProviderProps } from './provider.ts';
