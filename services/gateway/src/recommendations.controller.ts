import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { RecommendRequest, Ranker } from '@shopkeeper/contracts';

@Controller('v1/recommendations')
export class RecommendationsController {
  constructor(private readonly ranker: Ranker) {}

  @Post()
  @HttpCode(200)
  @Header('content-type', 'application/json; charset=utf-8')
  recommend(@Body() body: unknown): Promise<string> {
    return this.ranker.recommend(RecommendRequest.parse(body));
  }
}
