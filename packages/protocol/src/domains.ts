/** Every domain of the product. A new one is its folder and a line here. */
export * from './core/index.ts';
export * from './reactions/index.ts';
export * from './feeds/index.ts';
export * from './moments/index.ts';
export * from './channels/index.ts';
export * from './chat-activity/index.ts';
export * from './recordings/index.ts';
export * from './dead-letters/index.ts';
export * from './revocations/index.ts';
