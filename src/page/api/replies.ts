/** What the service answers, as its own document has it. Types alone: nothing of the client reaches the browser. */
import type { GenerationEvent, ModelCard, ReportEvent } from '../../client/client.js'
import type { Operation, PathOf, ReplyOf } from '../../client/contract.js'

export type { Index, ModelCard } from '../../client/client.js'

type PostReply<P extends PathOf<'post'>> = ReplyOf<Operation<P, 'post'>>
type GetReply<P extends PathOf<'get'>> = ReplyOf<Operation<P, 'get'>>

export type ClassificationsReply = PostReply<'/v1/classifications'>
export type LabelScore = ClassificationsReply['data'][number]['labels'][number]
export type ScoreKind = ClassificationsReply['score_kind']
/** Which bytes answered. */
export type ModelIdentity = ClassificationsReply['model']

export type SimilaritiesReply = PostReply<'/v1/similarities'>
export type PreparedReply = PostReply<'/v1/images/prepared'>

export type SegmentationsReply = PostReply<'/v1/segmentations'>
export type Segmentation = SegmentationsReply['data'][number]
export type Region = Segmentation['regions'][number]

/** Of the event `result` too. */
export type ReportReply = PostReply<'/v1/reports'>
export type Agreement = NonNullable<ReportReply['disagreements']>[number]
/** Of the event `token`. */
export type Token = Extract<ReportEvent, { event: 'token' }>['data']

/** Of the event `result` too, and of edits. */
export type ImagesReply = PostReply<'/v1/images/generations'>
/** Of the event `progress`. */
export type Progress = Extract<GenerationEvent, { event: 'progress' }>['data']

export type IndexesReply = GetReply<'/v1/indexes'>
export type HitsReply = PostReply<'/v1/indexes/{name}/search'>
export type Hit = HitsReply['data'][number]
export type AddedReply = PostReply<'/v1/indexes/{name}/items'>

/** As manifests name them. */
export type TaskName = ModelCard['default_for'][number]
export type ModelsReply = GetReply<'/v1/models'>
export type LabelSet = ModelCard['label_sets'][number]
export type Evaluation = ModelCard['evaluation'][number]
