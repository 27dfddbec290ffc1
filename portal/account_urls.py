"""The pages of allauth that are open here, and no others: no passwords, no sign-up."""

from allauth.account import views
from django.urls import include, path

sign_in = views.RequestLoginCodeView.as_view(template_name="account/login.html")

urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("login/code/", sign_in, name="account_request_login_code"),
    path("login/code/confirm/", views.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),  # says that it takes an invitation
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
]
