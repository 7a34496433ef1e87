import { Type } from 'typebox'
import { negotiate } from '../accept.js'
import { CARD_POLICY, cardPage } from '../card-page.js'
import { noteModel } from '../replies.js'
import { ModelParamsSchema } from '../schemas/models.js'
import type { RouteContext, Scope } from './route.js'

const text = (description: string) => ({ schema: Type.String({ description }) })

export function addModelCard(scope: Scope, { services }: RouteContext): void {
  const content = {
    'text/html': text('One page that loads nothing and runs nothing; HTML in the card is shown as text.'),
    'text/markdown': text('As the pack’s author wrote it.'),
  }
  scope.get(
    '/models/:name/card',
    {
      schema: {
        summary: 'The card of a model, to be read by people',
        tags: ['models'],
        params: ModelParamsSchema,
        response: { 200: { description: 'The card.', content } },
      },
    },
    async (request, reply) => {
      const wanted = negotiate(request.headers.accept, ['text/html', 'text/markdown'])
      const card = await services.catalogue.card(request.params.name)
      noteModel(request, card.model)
      void reply.header('content-security-policy', CARD_POLICY).header('x-content-type-options', 'nosniff')
      void reply.type(`${wanted}; charset=utf-8`)
      return wanted === 'text/html' ? cardPage(card) : card.markdown
    },
  )
}
