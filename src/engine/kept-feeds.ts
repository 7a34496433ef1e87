import { AppError } from '../errors.js'
import { concatRows } from '../tensor/ops.js'
import type { NamedTensors, Tensor } from '../tensor/tensor.js'

/** What a lane is fed under one name: a tensor, or the rows of several constants, one after the other. */
export type LaneFeed = Tensor | { readonly stacked: readonly Tensor[] }

export type LaneFeeds = Readonly<Record<string, LaneFeed>>

/** A tensor under a number: with the tensor itself the lane is to keep it, without it was told before. */
export interface KeptFeed {
  readonly kept: number
  readonly tensor?: Tensor
}

type SentTensor = Tensor | KeptFeed

/** Feeds as they cross the border of the lane's process. */
export interface SentFeeds {
  readonly feeds: Readonly<Record<string, SentTensor | { readonly stacked: readonly SentTensor[] }>>
  /** Numbers of tensors that are needed no more, to be forgotten before the feeds are read. */
  readonly forget: readonly number[]
}

/** The engine's end: it decides what a lane keeps. */
export interface FeedSender {
  /** A constant tensor is sent once for all its runs. What was used least lately is forgotten when the budget is full. */
  send(feeds: LaneFeeds): SentFeeds
}

/** The lane's end, which does as it is told: messages arrive in the order in which they were made. */
export interface FeedKeeper {
  receive(sent: SentFeeds): NamedTensors
}

/** The sender of one lane process; a new process holds nothing and needs a new sender. */
export function createFeedSender(budgetBytes: number): FeedSender {
  const numbers = new WeakMap<Tensor, number>()
  /** Bytes by number, the least lately used first. */
  const held = new Map<number, number>()
  let usedBytes = 0
  let last = 0

  const nameOf = (tensor: Tensor): SentTensor => {
    const { byteLength } = tensor.data
    if (tensor.isConstant !== true || byteLength > budgetBytes) return tensor
    const kept = numbers.get(tensor) ?? ++last
    numbers.set(tensor, kept)
    const isKnown = held.delete(kept)
    held.set(kept, byteLength)
    if (isKnown) return { kept }
    usedBytes += byteLength
    return { kept, tensor }
  }
  const evict = (): number[] => {
    const forget: number[] = []
    for (const [number, bytes] of held) {
      if (usedBytes <= budgetBytes) break
      held.delete(number)
      usedBytes -= bytes
      forget.push(number)
    }
    return forget
  }
  return {
    send(feeds) {
      // Before the feeds are named: what they bring above the budget leaves with the next run, when they were used.
      const forget = evict()
      const named = Object.entries(feeds).map(([name, feed]) => [
        name,
        'stacked' in feed ? { stacked: feed.stacked.map(nameOf) } : nameOf(feed),
      ])
      return { feeds: Object.fromEntries(named) as SentFeeds['feeds'], forget }
    },
  }
}

export function createFeedKeeper(): FeedKeeper {
  const tensors = new Map<number, Tensor>()
  const read = (feed: SentTensor): Tensor => {
    if (!('kept' in feed)) return feed
    if (feed.tensor !== undefined) tensors.set(feed.kept, feed.tensor)
    const tensor = tensors.get(feed.kept)
    if (tensor === undefined) throw new AppError('internal', 'The lane does not hold a constant. This is a bug.')
    return tensor
  }
  return {
    receive({ feeds, forget }) {
      for (const number of forget) tensors.delete(number)
      const entries = Object.entries(feeds).map(([name, feed]) => [
        name,
        'stacked' in feed ? concatRows(feed.stacked.map(read)) : read(feed),
      ])
      return Object.fromEntries(entries) as NamedTensors
    },
  }
}
