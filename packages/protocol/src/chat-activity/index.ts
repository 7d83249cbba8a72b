export * from './message-batch.ts';
