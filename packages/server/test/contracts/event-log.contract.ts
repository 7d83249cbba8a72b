import { afterEach, beforeEach, describe } from 'vitest';
import {
  describeAppend,
  describeAppendTime,
  describeErrors,
  describeOrder,
  describeTopics,
} from './event-log-append.contract.ts';
import { describeGroups } from './event-log-group.contract.ts';
import { describePositions, describeReopening, describeRetention } from './event-log-keep.contract.ts';
import { describeFollowing, describeOffsetAt, describeRead } from './event-log-read.contract.ts';
import { type EventLogUnderTest, type GetSubject, Subject } from './event-log-subject.contract.ts';

/** What every event log does; its adapters' tests call this. */
export function describeEventLogContract(name: string, open: () => Promise<EventLogUnderTest>): void {
  describe(`${name} as an event log`, () => {
    let current: Subject;
    beforeEach(async () => {
      current = new Subject(await open());
    });
    afterEach(async () => {
      await current.eventLog[Symbol.asyncDispose]();
    });
    const subject: GetSubject = () => current;

    describe('topics', () => {
      describeTopics(subject);
    });
    describe('append', () => {
      describeAppend(subject);
    });
    describe('append time', () => {
      describeAppendTime(subject);
    });
    describe('order', () => {
      describeOrder(subject);
    });
    describe('errors', () => {
      describeErrors(subject);
    });
    describe('read', () => {
      describeRead(subject);
    });
    describe('following', () => {
      describeFollowing(subject);
    });
    describe('offsetAt', () => {
      describeOffsetAt(subject);
    });
    describe('positions', () => {
      describePositions(subject);
    });
    describe('groups', () => {
      describeGroups(subject);
    });
    describe('retention', () => {
      describeRetention(subject);
    });
    describe('reopening', () => {
      describeReopening(subject);
    });
  });
}
