"""What share on public support would a municipality have, were its residents and labour market all that mattered?"""
