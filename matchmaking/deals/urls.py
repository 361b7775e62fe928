"""Addresses of deals and results."""

from django.urls import path

from matchmaking.deals.views import intentions, publications, records, results

app_name = "deals"

urlpatterns = [
    path("deals/", intentions.intention_list, name="intention-list"),
    path("deals/<uuid:code>/", intentions.intention_detail, name="intention-detail"),
    path("deals/<uuid:code>/confirm/", intentions.confirm, name="confirm"),
    path("deals/<uuid:code>/keep/", intentions.keep, name="keep"),
    path("deals/<uuid:code>/revise/", intentions.revise, name="revise"),
    path("deals/<uuid:code>/withdraw/", intentions.withdraw, name="withdraw"),
    path("deals/<uuid:code>/contract/", intentions.contract, name="contract"),
    path("deals/<uuid:code>/delivery/", intentions.delivery, name="delivery"),
    path("deals/<uuid:code>/memorandum/", intentions.memorandum, name="memorandum"),
    path("deals/<uuid:code>/memorandum.pdf", intentions.memorandum_pdf, name="memorandum-pdf"),
    path("deals/<uuid:code>/contract-file/", intentions.contract_file, name="contract-file"),
    path("deals/record/", records.record, name="record"),
    path("deals/record/<slug:fact>/<uuid:code>/", records.objection, name="objection"),
    path("results/record/", records.record_formula, name="record-formula"),
    path("matches/<uuid:code>/deal/", intentions.propose, name="propose"),
    path("results/", results.board_list, name="board-list"),
    path("results/method/", results.method, name="method"),
    path("results/<uuid:code>/", results.board_detail, name="board-detail"),
    path("results/<uuid:code>/report/", publications.board_report, name="board-report"),
    path(
        "results/<uuid:code>/dossier.pdf",
        publications.board_dossier,
        {"suffix": "pdf"},
        name="dossier-pdf",
    ),
    path(
        "results/<uuid:code>/dossier.xlsx",
        publications.board_dossier,
        {"suffix": "xlsx"},
        name="dossier-xlsx",
    ),
    path("results/<uuid:code>.ocds.json", publications.board_ocds, name="board-ocds"),
    path("results/<uuid:code>.csv", results.board_sheet, {"suffix": "csv"}, name="board-csv"),
    path("results/<uuid:code>.xlsx", results.board_sheet, {"suffix": "xlsx"}, name="board-xlsx"),
]
